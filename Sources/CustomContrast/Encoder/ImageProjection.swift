package import Layers
package import Tensors

/// One linear map from the projected image embedding to a few tokens, and a layer norm.
///
/// Matches the plain IP-Adapter's `ImageProjModel`, key for key.
package struct ImageProjection {
    let proj: Linear
    let norm: LayerNorm
    /// The width of the embeddings it reads.
    let embeddingWidth: Int
    let tokenCount: Int
    let outputWidth: Int

    /// Creates the projection from embeddings of `embeddingWidth` to `tokenCount` tokens.
    package init(
        _ scope: ParameterScope,
        embeddingWidth: Int,
        tokenCount: Int = 4,
        outputWidth: Int
    ) throws {
        proj = try Linear(scope["proj"], from: embeddingWidth, to: tokenCount * outputWidth)
        norm = try LayerNorm(scope["norm"], width: outputWidth, epsilon: 1e-5)
        self.embeddingWidth = embeddingWidth
        self.tokenCount = tokenCount
        self.outputWidth = outputWidth
    }

    /// Image embeddings `[N, embeddingWidth]` to tokens `[N, tokenCount, outputWidth]`.
    package func callAsFunction(_ embeddings: Tensor) -> Tensor {
        norm(proj(embeddings).reshaped(to: [embeddings.shape[0], tokenCount, outputWidth]))
    }
}
