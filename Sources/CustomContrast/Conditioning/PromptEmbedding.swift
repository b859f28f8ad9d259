package import Tensors

/// What the text encoders make of prompts.
package struct PromptEmbedding: Sendable {
    /// A vector per token, `[N, T, d]`: what cross-attention reads.
    package let tokens: Tensor
    /// A vector per prompt, `[N, e]`: SDXL's added conditioning; `nil` for other bases.
    package let pooled: Tensor?

    /// Creates an embedding.
    package init(tokens: Tensor, pooled: Tensor?) {
        self.tokens = tokens
        self.pooled = pooled
    }

    /// Zeros in the place of both, which SDXL was trained to take for the empty prompt.
    package var zeroed: PromptEmbedding {
        PromptEmbedding(tokens: .zeros(tokens.shape), pooled: pooled.map { .zeros($0.shape) })
    }
}
