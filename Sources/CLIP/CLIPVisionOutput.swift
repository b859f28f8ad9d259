package import Tensors

/// What a CLIP vision model says about pictures.
package struct CLIPVisionOutput: Sendable {
    /// The tokens, class token first, `[N, 1 + patches, C]`: element 0 before the first layer (after
    /// `pre_layrnorm`), element i after layer i. None is normalised at the end.
    package let hiddenStates: [Tensor]
    /// The class token after the last layer and normalisation, `[N, C]`.
    package let pooled: Tensor
    /// `pooled` after the projection, `[N, P]`: what texts are compared with.
    package let imageEmbeds: Tensor
}
