package import Tensors

/// What classifier-free guidance leads away from.
package struct Unconditional: Sendable {
    /// The negative or empty prompt, of one sample.
    package let text: PromptEmbedding
    /// The encoder's features of no picture, `[1, T, imageWidth]`.
    package let blankFeatures: Tensor

    /// Creates the unconditional side of guidance.
    package init(text: PromptEmbedding, blankFeatures: Tensor) {
        self.text = text
        self.blankFeatures = blankFeatures
    }
}
