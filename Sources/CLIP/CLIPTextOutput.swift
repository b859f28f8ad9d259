package import Tensors

/// What a CLIP text model says about texts.
package struct CLIPTextOutput: Sendable {
    /// The tokens after the last layer and the final normalisation, `[N, T, C]`: what SD 1.5 reads.
    package let lastHiddenState: Tensor
    /// The tokens before the last layer, not normalised, `[N, T, C]`: what SDXL reads.
    package let penultimateHiddenState: Tensor
    /// The row of `lastHiddenState` where the text ends, `[N, C]`.
    package let pooled: Tensor
    /// `pooled` after the projection, `[N, P]`; `nil` if the model has none.
    package let textEmbeds: Tensor?
}
