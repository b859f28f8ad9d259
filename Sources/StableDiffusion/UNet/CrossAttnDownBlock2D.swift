internal import Tensors

/// Resnets with a transformer after each, then halving.
///
/// Matches diffusers `CrossAttnDownBlock2D`.
struct CrossAttnDownBlock2D {
    let base: DownBlock2D
    let transformers: [Transformer2DModel]

    func callAsFunction(_ x: Tensor, skips: inout [Tensor], _ pass: UNetPass) -> Tensor {
        var x = x
        for (resnet, transformer) in zip(base.resnets, transformers) {
            x = transformer(resnet(x, pass), pass)
            skips.append(x)
        }
        return base.halved(x, skips: &skips)
    }
}
