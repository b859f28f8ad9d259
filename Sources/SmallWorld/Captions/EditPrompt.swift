/// A prompt that asks for a known subject under an edit: the four categories of the paper's Table 1.
package struct EditPrompt: Sendable, Hashable {
    /// What is edited.
    package enum Category: String, Sendable, CaseIterable {
        case scene, accessory, style, shape
        /// Nothing: the subject as it is.
        case reconstruction
    }

    /// What is edited.
    package let category: Category
    /// The prompt, with `{subject}` where the class noun goes.
    package let template: String

    /// The prompt for a class.
    package func prompt(for subjectClass: SubjectClass) -> String {
        template.split(separator: "{subject}", omittingEmptySubsequences: false)
            .joined(separator: subjectClass.noun)
    }

    /// Every single edit, each category in the order of its cases.
    package static var all: [EditPrompt] {
        let plain = PictureDescription(
            of: Subject(.mug, color: .red, secondColor: .blue, pattern: .plain)
        )
        func prompt(
            _ category: Category,
            _ edit: (inout PictureDescription) -> Void
        ) -> EditPrompt {
            var description = plain
            edit(&description)
            let words = description.caption(.noun).split(separator: " ").map { word in
                word == "mug" ? "{subject}" : String(word)
            }
            return EditPrompt(category: category, template: words.joined(separator: " "))
        }
        return [prompt(.reconstruction) { _ in }]
            + Scene.allCases.dropFirst().map { scene in prompt(.scene) { $0.scene = scene } }
            + Accessory.allCases.dropFirst().map { item in
                prompt(.accessory) { $0.accessory = item }
            }
            + PictureStyle.allCases.dropFirst().map { style in prompt(.style) { $0.style = style } }
            + ShapeEdit.allCases.dropFirst().map { shape in prompt(.shape) { $0.shape = shape } }
    }
}
