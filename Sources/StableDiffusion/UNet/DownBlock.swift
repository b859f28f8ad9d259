internal import Layers
internal import Tensors

/// One level of the encoder.
enum DownBlock {
    /// Resnets only.
    case plain(DownBlock2D)
    /// Resnets that take turns with transformers.
    case attending(CrossAttnDownBlock2D)

    /// Makes the block of a level; all but the last level end in halving the picture.
    init(
        _ scope: ParameterScope,
        from inputChannels: Int,
        level: UNetConfiguration.Level,
        isLast: Bool,
        configuration: UNetConfiguration,
        registry: inout CrossAttentionRegistry
    ) throws {
        let resnets = try DownBlock2D(
            scope,
            from: inputChannels,
            level: level,
            isLast: isLast,
            configuration: configuration
        )
        guard let depth = level.encoderTransformerDepth else {
            self = .plain(resnets)
            return
        }
        var transformers: [Transformer2DModel] = []
        for index in 0..<level.layerCount {
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
        self = .attending(CrossAttnDownBlock2D(base: resnets, transformers: transformers))
    }

    /// Passes a picture through and adds what the decoder will need to `skips`.
    func callAsFunction(_ x: Tensor, skips: inout [Tensor], _ pass: UNetPass) -> Tensor {
        switch self {
        case .plain(let block): block(x, skips: &skips, pass)
        case .attending(let block): block(x, skips: &skips, pass)
        }
    }
}
