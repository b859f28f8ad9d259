/// A question to a judge that was not trained for it: which class, and which scene, does a picture show?
///
/// It is asked about pictures that a base paints for captions of the small world, and about rendered
/// pictures of the very same captions: what the judge can reach.
package struct ZeroShotSettings: RequestObject, Equatable {
    /// The texts among which the judge chooses.
    package enum Prompts: String, CaseIterable, Sendable {
        /// The picture's own caption with every other class noun, or scene, in its place.
        case caption
        /// The noun, or the scene, by itself: "a photo of a mug", "a photo on the beach".
        case plain
    }

    /// Captions, and pictures of each of the two kinds.
    package let count: Int
    /// The part of the small world the captions and their subjects are drawn from.
    package let split: PreparationRequest.Split
    package let prompts: Prompts
    package let steps: Int
    package let sampler: SamplerKind
    package let guidanceScale: Float

    package init(_ fields: RequestReader) throws(RequestError) {
        count = try fields.integer("count", default: 256, in: 1...1024, "Captions.")
        split = try fields.choice(
            "split",
            default: .test,
            "Where captions and subjects come from; no training has seen those of `test`."
        )
        prompts = try fields.choice(
            "prompts",
            default: .caption,
            "What the judge chooses from: the caption with each class (scene) put into it, "
                + "or `a photo of a mug` (`a photo on the beach`)."
        )
        steps = try fields.integer("steps", default: 25, in: 1...1000, "Sampler steps.")
        sampler = try fields.choice("sampler", default: .ddim, "Sampler.")
        guidanceScale = try fields.number(
            "guidance_scale",
            default: 4,
            in: 0...50,
            "Weight of classifier-free guidance; 1 is none."
        )
    }
}
