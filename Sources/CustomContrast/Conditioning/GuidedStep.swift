internal import StableDiffusion
internal import Tensors

/// What one picture's pass through the UNet reads at a timestep: the unconditional row first, if guided,
/// then the conditional one.
struct GuidedStep {
    /// One text for all layers or one per layer, `[1 or 2, T, d]`.
    let text: [Tensor]
    /// Per subject, the stream of each layer.
    let subjects: [[AttentionStream]]
}
