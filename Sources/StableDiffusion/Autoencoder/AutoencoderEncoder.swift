internal import Layers
internal import Tensors

/// Pixels to the moments of a posterior: [N, H, W, 3] → [N, H/f, W/f, 2·latent channels].
///
/// Matches diffusers `Encoder` with `double_z`.
struct AutoencoderEncoder {
    let convIn: Conv2d
    let blocks: [EncoderBlock]
    let midBlock: AutoencoderMidBlock
    let normOut: GroupNorm
    let convOut: Conv2d

    init(_ scope: ParameterScope, _ configuration: AutoencoderConfiguration) throws {
        let channels = configuration.blockChannels
        let groups = configuration.groupCount
        convIn = try Conv2d(
            scope["conv_in"],
            from: configuration.inputChannels,
            to: channels[0],
            kernel: 3,
            padding: 1
        )
        blocks = try channels.indices.map { index in
            try EncoderBlock(
                scope["down_blocks"][index],
                from: channels[max(index - 1, 0)],
                to: channels[index],
                layers: configuration.layersPerBlock,
                groups: groups,
                downsamples: index < channels.count - 1
            )
        }
        midBlock = try AutoencoderMidBlock(scope["mid_block"], configuration)
        normOut = try GroupNorm(
            scope["conv_norm_out"],
            groups: groups,
            channels: configuration.innermostChannels,
            epsilon: 1e-6
        )
        convOut = try Conv2d(
            scope["conv_out"],
            from: configuration.innermostChannels,
            to: 2 * configuration.latentChannels,
            kernel: 3,
            padding: 1
        )
    }

    func callAsFunction(_ pixels: Tensor) -> Tensor {
        var h = convIn(pixels)
        for block in blocks { h = block(h) }
        h = midBlock(h)
        return convOut(normOut.silu(h))
    }
}
