/// A picture of what a model does with a subject.
package struct VisualizationRequest: RequestObject, Equatable {
    /// What is shown.
    package enum View: String, CaseIterable, Sendable {
        /// Attention of the subject's token over the sampler's steps.
        case attention
        /// Textual features of many views, projected to the plane (paper Fig. 7).
        case embedding
    }

    package let view: View
    package let base: ArtifactLocation
    package let adapter: ArtifactLocation
    /// The views that are projected (`embedding`), below the input root.
    package let data: ArtifactLocation?
    package let prompt: String
    package let subjects: [SubjectReference]
    package let steps: Int
    package let seed: Int

    package init(_ fields: RequestReader) throws(RequestError) {
        view = try fields.choice("view", default: .attention, "What is shown.")
        base = try fields.location("base", default: "small-world", "Base model (models root).")
        adapter = try fields.requiredLocation("adapter", "Adapter (models root), or its train job.")
        data = try fields.optionalLocation(
            "data",
            absent: "none",
            "Data set whose views are projected (input root)."
        )
        prompt = try fields.text(
            "prompt",
            default: "a photo of a {subject}",
            length: 1...2000,
            "Prompt; `{subject}` stands for the class noun."
        )
        subjects = try fields.objects(
            "subjects",
            SubjectReference.self,
            count: 0...4,
            "Whose attention is shown."
        )
        steps = try fields.integer("steps", default: 20, in: 1...1000, "Sampler steps.")
        seed = try fields.seed("Seed of the picture, or of the projection.")
        try fields.require(
            view != .embedding || data != nil,
            "data",
            "expected a data set for the view \"embedding\", found none; name its folder"
        )
        try fields.require(
            view != .attention || !subjects.isEmpty,
            "subjects",
            "expected a subject for the view \"attention\", found none; add one"
        )
    }
}
