internal import Layers
internal import Tensors

/// One level of the decoder.
enum UpBlock {
    /// Resnets only.
    case plain(UpBlock2D)
    /// Resnets that take turns with transformers.
    case attending(CrossAttnUpBlock2D)

    /// Makes the block of a level; all but the outermost end in doubling the picture.
    ///
    /// - Parameters:
    ///   - scope: The block's parameters.
    ///   - inputChannels: The channels of what comes from below.
    ///   - skipChannels: The channels of the skips, in the order in which they are joined.
    ///   - level: The level's sizes.
    ///   - isLast: Whether it is the outermost.
    ///   - configuration: The whole model's sizes.
    ///   - registry: The cross-attention layers so far.
    init(
        _ scope: ParameterScope,
        from inputChannels: Int,
        skipChannels: [Int],
        level: UNetConfiguration.Level,
        isLast: Bool,
        configuration: UNetConfiguration,
        registry: inout CrossAttentionRegistry
    ) throws {
        let resnets = try UpBlock2D(
            scope,
            from: inputChannels,
            skipChannels: skipChannels,
            channels: level.channels,
            isLast: isLast,
            configuration: configuration
        )
        guard let depth = level.decoderTransformerDepth else {
            self = .plain(resnets)
            return
        }
        var transformers: [Transformer2DModel] = []
        for index in skipChannels.indices {
            transformers.append(
                try Transformer2DModel(
                    scope["attentions"][index],
                    channels: level.channels,
                    headCount: level.headCount,
                    depth: depth,
                    configuration: configuration,
                    registry: &registry
                )
            )
        }
        self = .attending(CrossAttnUpBlock2D(base: resnets, transformers: transformers))
    }

    /// Passes a picture through and takes what it needs from the end of `skips`.
    func callAsFunction(_ x: Tensor, skips: inout [Tensor], _ pass: UNetPass) -> Tensor {
        switch self {
        case .plain(let block): block(x, skips: &skips, pass)
        case .attending(let block): block(x, skips: &skips, pass)
        }
    }
}
