package import Tensors

/// A training batch as the method needs it: one subject per sample.
package struct SubjectBatch: Sendable {
    /// The captions; one whose text was dropped is the empty prompt, without a placeholder.
    package let prompts: [SubjectPrompt]
    /// The features of the reference pictures, `[N, T, imageWidth]`; blank where the picture was dropped.
    package let imageFeatures: Tensor
    /// Whether each sample has its reference picture.
    package let hasImage: [Bool]
    /// The timesteps, 0…999.
    package let timesteps: [Float]

    /// Creates a batch.
    package init(
        prompts: [SubjectPrompt],
        imageFeatures: Tensor,
        hasImage: [Bool],
        timesteps: [Float]
    ) {
        precondition(
            prompts.count == timesteps.count && prompts.count == hasImage.count
                && prompts.count == imageFeatures.shape[0],
            "one of each per sample"
        )
        self.prompts = prompts
        self.imageFeatures = imageFeatures
        self.hasImage = hasImage
        self.timesteps = timesteps
    }

    /// Whether each sample's placeholder holds the subject: it has its picture and its text.
    package var hasPlaceholder: [Bool] {
        zip(prompts, hasImage).map { !$0.placeholders.isEmpty && $1 }
    }
}
