internal import Requests

/// What the judge said about one picture.
package struct ZeroShotAnswer: Equatable, Sendable {
    /// The number of the likeliest label for each question.
    package let guesses: [ZeroShotQuestion: Int]
    /// The cosine of the picture and its caption.
    package let clipT: Double

    /// Asks about a picture.
    ///
    /// - Parameters:
    ///   - caption: The direction of the caption the picture was made for.
    ///   - candidates: The directions of a text per label, for each question.
    package init(
        picture: UnitEmbedding,
        caption: UnitEmbedding,
        candidates: [ZeroShotQuestion: [UnitEmbedding]]
    ) {
        clipT = picture.cosine(to: caption)
        guesses = candidates.mapValues { texts in
            let cosines = texts.map { picture.cosine(to: $0) }
            // The first of equals, so that every run decides alike.
            return cosines.indices.max { (cosines[$0], $1) < (cosines[$1], $0) } ?? 0
        }
    }

    /// The label it found for a question.
    package func label(_ question: ZeroShotQuestion) -> String {
        question.labels[guesses[question] ?? 0]
    }

    /// As reports have it.
    var json: JSONValue {
        [
            "class": .string(label(.subjectClass)), "scene": .string(label(.scene)),
            "clip_t": .number(clipT),
        ]
    }
}
