internal import Layers
internal import Tensors

/// The smallest pictures' block: a transformer between two resnets.
///
/// Matches diffusers `UNetMidBlock2DCrossAttn`. Pictures are `[N, H, W, C]`.
struct MidBlock {
    let resnet1: ResnetBlock2D
    let transformer: Transformer2DModel
    let resnet2: ResnetBlock2D

    init(
        _ scope: ParameterScope,
        level: UNetConfiguration.Level,
        configuration: UNetConfiguration,
        registry: inout CrossAttentionRegistry
    ) throws {
        func resnet(_ index: Int) throws -> ResnetBlock2D {
            try ResnetBlock2D(
                scope["resnets"][index],
                from: level.channels,
                to: level.channels,
                configuration: configuration
            )
        }
        resnet1 = try resnet(0)
        transformer = try Transformer2DModel(
            scope["attentions"][0],
            channels: level.channels,
            headCount: level.headCount,
            depth: configuration.middleTransformerDepth,
            configuration: configuration,
            registry: &registry
        )
        resnet2 = try resnet(1)
    }

    func callAsFunction(_ x: Tensor, _ pass: UNetPass) -> Tensor {
        resnet2(transformer(resnet1(x, pass), pass), pass)
    }
}
