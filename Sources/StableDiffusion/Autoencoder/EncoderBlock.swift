internal import Layers
internal import Tensors

/// Residual blocks and, in all but the innermost block, a halving of the sides.
/// [N, H, W, C] → [N, H/2, W/2, C′].
///
/// Matches diffusers `DownEncoderBlock2D`: the halving convolution pads below and right only.
struct EncoderBlock {
    let resnets: [AutoencoderResnetBlock]
    let downsampler: Conv2d?

    init(
        _ scope: ParameterScope,
        from inputs: Int,
        to outputs: Int,
        layers: Int,
        groups: Int,
        downsamples: Bool
    ) throws {
        resnets = try (0..<layers).map { index in
            try AutoencoderResnetBlock(
                scope["resnets"][index],
                from: index == 0 ? inputs : outputs,
                to: outputs,
                groups: groups
            )
        }
        downsampler =
            downsamples
            ? try Conv2d(
                scope["downsamplers"][0]["conv"],
                from: outputs,
                to: outputs,
                kernel: 3,
                stride: 2,
                padding: Padding2d(top: 0, bottom: 1, left: 0, right: 1)
            ) : nil
    }

    func callAsFunction(_ x: Tensor) -> Tensor {
        let h = resnets.reduce(x) { h, resnet in resnet(h) }
        return downsampler?(h) ?? h
    }
}
