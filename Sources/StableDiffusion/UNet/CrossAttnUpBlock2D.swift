internal import Tensors

/// Resnets with a transformer after each, then doubling.
///
/// Matches diffusers `CrossAttnUpBlock2D`.
struct CrossAttnUpBlock2D {
    let base: UpBlock2D
    let transformers: [Transformer2DModel]

    func callAsFunction(_ x: Tensor, skips: inout [Tensor], _ pass: UNetPass) -> Tensor {
        var x = x
        for (resnet, transformer) in zip(base.resnets, transformers) {
            x = transformer(resnet(base.joined(x, skips: &skips), pass), pass)
        }
        return base.doubled(x, skips: skips)
    }
}
