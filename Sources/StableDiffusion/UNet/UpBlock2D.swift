internal import Layers
internal import Tensors

/// Resnets over the picture joined with the encoder's, then doubling.
///
/// Matches diffusers `UpBlock2D`. Pictures are `[N, H, W, C]`.
struct UpBlock2D {
    let resnets: [ResnetBlock2D]
    let upsampler: Upsample2D?

    init(
        _ scope: ParameterScope,
        from inputChannels: Int,
        skipChannels: [Int],
        channels: Int,
        isLast: Bool,
        configuration: UNetConfiguration
    ) throws {
        resnets = try skipChannels.enumerated().map { index, skip in
            try ResnetBlock2D(
                scope["resnets"][index],
                from: (index == 0 ? inputChannels : channels) + skip,
                to: channels,
                configuration: configuration
            )
        }
        upsampler = isLast ? nil : try Upsample2D(scope["upsamplers"][0], channels: channels)
    }

    func callAsFunction(_ x: Tensor, skips: inout [Tensor], _ pass: UNetPass) -> Tensor {
        var x = x
        for resnet in resnets { x = resnet(joined(x, skips: &skips), pass) }
        return doubled(x, skips: skips)
    }

    /// The picture and the encoder's last one, along the channels.
    func joined(_ x: Tensor, skips: inout [Tensor]) -> Tensor {
        concatenated([x, skips.removeLast()], axis: 3)
    }

    /// The end of the block: the picture as large as the next skip.
    func doubled(_ x: Tensor, skips: [Tensor]) -> Tensor {
        guard let upsampler, let next = skips.last else { return x }
        return upsampler(x, plane: Plane(height: next.shape[1], width: next.shape[2]))
    }
}
