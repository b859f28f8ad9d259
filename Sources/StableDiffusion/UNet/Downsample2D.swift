internal import Layers
internal import Tensors

/// Halves a picture with a convolution of stride 2.
///
/// Matches diffusers `Downsample2D` (padding 1). Pictures are `[N, H, W, C]`.
struct Downsample2D {
    let conv: Conv2d

    init(_ scope: ParameterScope, channels: Int) throws {
        conv = try Conv2d(
            scope["conv"],
            from: channels,
            to: channels,
            kernel: 3,
            stride: 2,
            padding: 1
        )
    }

    /// `[N, H, W, C]` to `[N, ⌈H/2⌉, ⌈W/2⌉, C]`.
    func callAsFunction(_ x: Tensor) -> Tensor { conv(x) }
}
