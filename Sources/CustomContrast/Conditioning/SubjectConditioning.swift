package import StableDiffusion
package import Tensors

/// What a training batch conditions the UNet on, and the features its losses compare.
package struct SubjectConditioning {
    /// What the cross-attention layers read.
    package let context: CrossAttentionContext
    /// What the MFI encoder extracted.
    package let features: MFIFeatures
    /// SDXL's pooled text vectors, `[N, e]`, of the plain captions.
    package let pooled: Tensor?
}
