internal import Layers
internal import Tensors

/// Latents to pixels: [N, h, w, latent channels] → [N, f·h, f·w, 3].
///
/// Matches diffusers `Decoder`; blocks count from the latents outwards.
struct AutoencoderDecoder {
    let convIn: Conv2d
    let midBlock: AutoencoderMidBlock
    let blocks: [DecoderBlock]
    let normOut: GroupNorm
    let convOut: Conv2d

    init(_ scope: ParameterScope, _ configuration: AutoencoderConfiguration) throws {
        let channels = Array(configuration.blockChannels.reversed())
        let groups = configuration.groupCount
        convIn = try Conv2d(
            scope["conv_in"],
            from: configuration.latentChannels,
            to: channels[0],
            kernel: 3,
            padding: 1
        )
        midBlock = try AutoencoderMidBlock(scope["mid_block"], configuration)
        blocks = try channels.indices.map { index in
            try DecoderBlock(
                scope["up_blocks"][index],
                from: channels[max(index - 1, 0)],
                to: channels[index],
                layers: configuration.layersPerBlock + 1,
                groups: groups,
                upsamples: index < channels.count - 1
            )
        }
        let outermost = configuration.blockChannels[0]
        normOut = try GroupNorm(
            scope["conv_norm_out"],
            groups: groups,
            channels: outermost,
            epsilon: 1e-6
        )
        convOut = try Conv2d(
            scope["conv_out"],
            from: outermost,
            to: configuration.outputChannels,
            kernel: 3,
            padding: 1
        )
    }

    func callAsFunction(_ latents: Tensor) -> Tensor {
        var h = midBlock(convIn(latents))
        for block in blocks { h = block(h) }
        return convOut(normOut.silu(h))
    }
}
