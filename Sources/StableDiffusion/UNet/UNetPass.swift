internal import Tensors

/// What every block of one UNet pass sees, besides the picture that goes through.
struct UNetPass {
    /// `[N, E]`, the embedded timestep (and SDXL's added conditioning) after SiLU.
    let timeEmbedding: Tensor
    /// What the cross-attention layers attend to.
    let context: CrossAttentionContext
    /// Whether resnets and transformer blocks compute their activations again for the gradients.
    let checkpointsActivations: Bool
}
