package import Requests
package import SmallWorld

/// One caption of the small world, and the texts among which a judge finds out what it asked for.
package struct ZeroShotCase: Sendable {
    private let sampler: WorldSampler
    /// Its number among the sampler's pictures.
    package let index: Int
    package let description: PictureDescription
    package let caption: String

    /// Picture number `index` of a part of the world.
    package init(_ index: Int, of sampler: WorldSampler) {
        self.sampler = sampler
        self.index = index
        description = sampler.picture(index)
        caption = sampler.caption(index, for: description)
    }

    /// The number of the right answer among the question's labels.
    package func truth(_ question: ZeroShotQuestion) -> Int {
        let label =
            switch question {
            case .subjectClass: description.subject.subjectClass.rawValue
            case .scene: description.scene.rawValue
            }
        guard let index = question.labels.firstIndex(of: label) else {
            preconditionFailure("the labels are all that there is")
        }
        return index
    }

    /// A text for each of the question's labels, in their order.
    package func candidates(
        _ question: ZeroShotQuestion,
        _ prompts: ZeroShotSettings.Prompts
    ) -> [String] {
        switch (question, prompts) {
        case (.subjectClass, .caption):
            SubjectClass.allCases.map { changed in
                caption { $0.subject.subjectClass = changed }
            }
        case (.scene, .caption):
            Scene.allCases.map { changed in caption { $0.scene = changed } }
        case (.subjectClass, .plain):
            SubjectClass.allCases.map { "a photo of a \($0.noun)" }
        case (.scene, .plain):
            Scene.allCases.map { ["a photo", $0.phrase].compactMap(\.self).joined(separator: " ") }
        }
    }

    /// The caption with one thing changed, all its other words as they are.
    private func caption(_ change: (inout PictureDescription) -> Void) -> String {
        var changed = description
        change(&changed)
        return sampler.caption(index, for: changed)
    }
}
