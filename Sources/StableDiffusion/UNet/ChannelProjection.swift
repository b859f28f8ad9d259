internal import Layers
internal import Tensors

/// A map of the channels of each place, which checkpoints store in one of two ways.
enum ChannelProjection {
    /// A 1×1 convolution, as in Stable Diffusion 1.
    case convolution(Conv2d)
    /// A linear layer, as in Stable Diffusion 2 and SDXL.
    case linear(Linear)

    init(_ scope: ParameterScope, channels: Int, isLinear: Bool) throws {
        self =
            isLinear
            ? .linear(try Linear(scope, from: channels, to: channels))
            : .convolution(try Conv2d(scope, from: channels, to: channels, kernel: 1))
    }

    /// `[N, H, W, C]` to `[N, H, W, C]`.
    func callAsFunction(_ x: Tensor) -> Tensor {
        switch self {
        case .convolution(let layer): layer(x)
        case .linear(let layer): layer(x)
        }
    }
}
