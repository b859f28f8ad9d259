internal import Layers
internal import Tensors

/// Residual blocks and, in all but the outermost block, a doubling of the sides.
/// [N, H, W, C] → [N, 2H, 2W, C′].
///
/// Matches diffusers `UpDecoderBlock2D`: nearest neighbour, then a convolution.
struct DecoderBlock {
    let resnets: [AutoencoderResnetBlock]
    let upsampler: Conv2d?

    init(
        _ scope: ParameterScope,
        from inputs: Int,
        to outputs: Int,
        layers: Int,
        groups: Int,
        upsamples: Bool
    ) throws {
        resnets = try (0..<layers).map { index in
            try AutoencoderResnetBlock(
                scope["resnets"][index],
                from: index == 0 ? inputs : outputs,
                to: outputs,
                groups: groups
            )
        }
        upsampler =
            upsamples
            ? try Conv2d(
                scope["upsamplers"][0]["conv"],
                from: outputs,
                to: outputs,
                kernel: 3,
                padding: 1
            )
            : nil
    }

    func callAsFunction(_ x: Tensor) -> Tensor {
        let h = resnets.reduce(x) { h, resnet in resnet(h) }
        return upsampler?(upsampledNearest(h, factor: 2)) ?? h
    }
}
