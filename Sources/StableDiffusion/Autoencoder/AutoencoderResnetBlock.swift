internal import Layers
internal import Tensors

/// A residual block of two convolutions, without a timestep. [N, H, W, C] → [N, H, W, C′].
///
/// Matches diffusers `ResnetBlock2D` with `temb_channels = None` and ε = 1e-6.
struct AutoencoderResnetBlock {
    let norm1: GroupNorm
    let conv1: Conv2d
    let norm2: GroupNorm
    let conv2: Conv2d
    /// 1×1, there exactly when the number of channels changes.
    let shortcut: Conv2d?

    init(_ scope: ParameterScope, from inputs: Int, to outputs: Int, groups: Int) throws {
        norm1 = try GroupNorm(scope["norm1"], groups: groups, channels: inputs, epsilon: 1e-6)
        conv1 = try Conv2d(scope["conv1"], from: inputs, to: outputs, kernel: 3, padding: 1)
        norm2 = try GroupNorm(scope["norm2"], groups: groups, channels: outputs, epsilon: 1e-6)
        conv2 = try Conv2d(scope["conv2"], from: outputs, to: outputs, kernel: 3, padding: 1)
        shortcut =
            inputs == outputs
            ? nil : try Conv2d(scope["conv_shortcut"], from: inputs, to: outputs, kernel: 1)
    }

    func callAsFunction(_ x: Tensor) -> Tensor {
        let h = conv1(norm1.silu(x))
        return (shortcut?(x) ?? x) + conv2(norm2.silu(h))
    }
}
