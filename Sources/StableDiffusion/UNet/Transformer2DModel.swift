internal import Layers
internal import Tensors

/// Transformer blocks over the places of a picture.
///
/// Matches diffusers `Transformer2DModel` with a continuous input. Pictures are `[N, H, W, C]`.
struct Transformer2DModel {
    let norm: GroupNorm
    let inputProjection: ChannelProjection
    let blocks: [BasicTransformerBlock]
    let outputProjection: ChannelProjection

    init(
        _ scope: ParameterScope,
        channels: Int,
        headCount: Int,
        depth: Int,
        configuration: UNetConfiguration,
        registry: inout CrossAttentionRegistry
    ) throws {
        registry.beginGroup()
        let isLinear = configuration.usesLinearProjection
        // This ε is not in the configuration: diffusers has it as a constant.
        norm = try GroupNorm(
            scope["norm"],
            groups: configuration.groupCount,
            channels: channels,
            epsilon: 1e-6
        )
        inputProjection = try ChannelProjection(
            scope["proj_in"],
            channels: channels,
            isLinear: isLinear
        )
        var blocks: [BasicTransformerBlock] = []
        for index in 0..<depth {
            blocks.append(
                try BasicTransformerBlock(
                    scope["transformer_blocks"][index],
                    channels: channels,
                    headCount: headCount,
                    textSize: configuration.crossAttentionSize,
                    registry: &registry
                )
            )
        }
        self.blocks = blocks
        outputProjection = try ChannelProjection(
            scope["proj_out"],
            channels: channels,
            isLinear: isLinear
        )
    }

    /// `[N, H, W, C]` to `[N, H, W, C]`.
    func callAsFunction(_ x: Tensor, _ pass: UNetPass) -> Tensor {
        let plane = Plane(height: x.shape[1], width: x.shape[2])
        var h = inputProjection(norm(x))
        h = h.reshaped(to: [x.shape[0], plane.height * plane.width, x.shape[3]])  // [N, T, C]
        for block in blocks { h = block(h, plane: plane, pass) }
        return outputProjection(h.reshaped(to: x.shape)) + x
    }
}
