internal import Layers
internal import Tensors

/// Resnets, then halving.
///
/// Matches diffusers `DownBlock2D`. Pictures are `[N, H, W, C]`.
struct DownBlock2D {
    let resnets: [ResnetBlock2D]
    let downsampler: Downsample2D?

    init(
        _ scope: ParameterScope,
        from inputChannels: Int,
        level: UNetConfiguration.Level,
        isLast: Bool,
        configuration: UNetConfiguration
    ) throws {
        resnets = try (0..<level.layerCount).map { index in
            try ResnetBlock2D(
                scope["resnets"][index],
                from: index == 0 ? inputChannels : level.channels,
                to: level.channels,
                configuration: configuration
            )
        }
        downsampler =
            isLast ? nil : try Downsample2D(scope["downsamplers"][0], channels: level.channels)
    }

    func callAsFunction(_ x: Tensor, skips: inout [Tensor], _ pass: UNetPass) -> Tensor {
        var x = x
        for resnet in resnets {
            x = resnet(x, pass)
            skips.append(x)
        }
        return halved(x, skips: &skips)
    }

    /// The end of the block, which has a skip of its own.
    func halved(_ x: Tensor, skips: inout [Tensor]) -> Tensor {
        guard let downsampler else { return x }
        let half = downsampler(x)
        skips.append(half)
        return half
    }
}
