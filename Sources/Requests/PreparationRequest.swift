/// A data set of the small world: subjects seen from orbiting cameras, in MVImgNet's layout.
package struct PreparationRequest: RequestObject, Equatable {
    /// Subjects by what they are used for; the three never share one.
    package enum Split: String, CaseIterable, Sendable {
        case train
        case validation
        case test
    }

    /// Class nouns; empty takes every class.
    package let classes: [String]
    package let subjectCount: Int
    /// Pictures of each subject.
    package let viewCount: Int
    package let split: Split
    /// Whether scenes, accessories, styles and shapes vary and the captions tell them.
    package let hasEdits: Bool
    package let resolution: Int
    package let seed: Int
    /// Name of the folder that is made.
    package let name: String

    package init(_ fields: RequestReader) throws(RequestError) {
        name = try fields.requiredText("name", length: 1...64, "Name of the data set.")
        classes = try fields.texts(
            "classes",
            count: 0...64,
            length: 1...64,
            absent: "every class",
            "Class nouns of the subjects."
        )
        subjectCount = try fields.integer("subjects", default: 64, in: 1...100_000, "Subjects.")
        viewCount = try fields.integer("views", default: 12, in: 1...256, "Pictures per subject.")
        split = try fields.choice("split", default: .train, "Which subjects; splits share none.")
        hasEdits = try fields.flag(
            "edits",
            default: false,
            "Vary scenes, accessories, styles and shapes, and tell them in the captions."
        )
        resolution = try fields.integer("resolution", default: 64, in: 16...512, "Pixels.")
        seed = try fields.seed("Seed of subjects, cameras and captions.")
        let allowed = name.unicodeScalars.allSatisfy {
            $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0))
                || "-_".unicodeScalars.contains($0)
        }
        try fields.require(
            allowed,
            "name",
            "expected letters, digits, \"-\" and \"_\", found \"\(name)\"; choose such a name"
        )
    }
}
