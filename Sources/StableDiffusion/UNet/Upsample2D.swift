internal import Layers
internal import Tensors

/// Doubles a picture by repeating its pixels, then convolves it.
///
/// Matches diffusers `Upsample2D`. Pictures are `[N, H, W, C]`.
struct Upsample2D {
    let conv: Conv2d

    init(_ scope: ParameterScope, channels: Int) throws {
        conv = try Conv2d(scope["conv"], from: channels, to: channels, kernel: 3, padding: 1)
    }

    /// `[N, H, W, C]` to the given plane of 2H or 2H − 1 by 2W or 2W − 1, as the encoder's picture was.
    func callAsFunction(_ x: Tensor, plane: Plane) -> Tensor {
        var h = upsampledNearest(x, factor: 2)
        // Where the encoder halved an odd side, nearest neighbours to that side are the doubled ones
        // without the last.
        if h.shape[1] != plane.height { h = h.sliced(axis: 1, 0..<plane.height) }
        if h.shape[2] != plane.width { h = h.sliced(axis: 2, 0..<plane.width) }
        return conv(h)
    }
}
