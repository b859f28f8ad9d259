internal import Layers
internal import Tensors

/// The innermost block: residual, attention, residual. [N, H, W, C] → [N, H, W, C].
///
/// Matches diffusers `UNetMidBlock2D` without a timestep.
struct AutoencoderMidBlock {
    let firstResnet: AutoencoderResnetBlock
    let attention: AutoencoderAttention?
    let secondResnet: AutoencoderResnetBlock

    init(_ scope: ParameterScope, _ configuration: AutoencoderConfiguration) throws {
        let channels = configuration.innermostChannels
        let groups = configuration.groupCount
        firstResnet = try AutoencoderResnetBlock(
            scope["resnets"][0],
            from: channels,
            to: channels,
            groups: groups
        )
        attention =
            configuration.hasMidBlockAttention
            ? try AutoencoderAttention(
                scope["attentions"][0],
                channels: channels,
                groups: groups
            ) : nil
        secondResnet = try AutoencoderResnetBlock(
            scope["resnets"][1],
            from: channels,
            to: channels,
            groups: groups
        )
    }

    func callAsFunction(_ x: Tensor) -> Tensor {
        var h = firstResnet(x)
        if let attention { h = attention(h) }
        return secondResnet(h)
    }
}
