/// Why pictures cannot be scored.
package enum EvaluationError: Error, Equatable, CustomStringConvertible {
    /// The judge's text encoder has no projection into the space of pictures.
    case noTextProjection(judge: String)
    /// The judge's encoders end in spaces of different sizes.
    case differentSpaces(judge: String, text: Int, image: Int)
    /// The judge gave numbers that are not finite.
    case nonFinite(judge: String)
    /// A job is no generate job with pictures.
    case noPictures(job: Int)

    package var description: String {
        switch self {
        case .noTextProjection(let judge):
            """
            A judge compares texts with pictures, but the text encoder of \(judge) has no projection; \
            name a CLIP folder (such as openai/clip-vit-base-patch32) below the models root.
            """
        case .differentSpaces(let judge, let text, let image):
            """
            A judge needs one space for texts and pictures, but the encoders of \(judge) end in \(text) \
            and \(image) numbers; name a CLIP folder whose encoders were trained together.
            """
        case .nonFinite(let judge):
            """
            Finite numbers were expected, but \(judge) made something else of a picture or a text; \
            check its weights.
            """
        case .noPictures(let job):
            """
            $.jobs: expected generate jobs with pictures, found job \(job), which is of another kind or has \
            none; leave it out.
            """
        }
    }
}
