internal import Kernels

/// The pictures `[N, H, W, C]` with every pixel repeated to a square of `factor` pixels.
///
/// Matches torch `interpolate(mode="nearest")` with a whole scale factor. Gradient: the sum over each
/// square.
package func upsampledNearest(_ x: Tensor, factor: Int) -> Tensor {
    precondition(x.rank == 4, "pictures are [N, H, W, C], not \(x.shape)")
    precondition(factor >= 1, "pictures grow by a factor of at least 1")
    let small = x.shape
    let (split, repeated) = squares(of: small, factor: factor)
    let large: Shape = [small[0], small[1] * factor, small[2] * factor, small[3]]
    return device.broadcast(x.detached.viewed(as: split), to: repeated).viewed(as: large).recorded(
        TapeInput(x) { g in device.sum(g.viewed(as: repeated), to: split).viewed(as: small) }
    )
}

/// The pictures `[N, H, W, C]` with every square of `factor` pixels replaced by its mean; `factor`
/// divides H and W.
///
/// Matches torch `avg_pool2d`. Gradient: g / factor² on the whole square.
package func averagePooled(_ x: Tensor, factor: Int) -> Tensor {
    precondition(x.rank == 4, "pictures are [N, H, W, C], not \(x.shape)")
    let large = x.shape
    precondition(
        factor >= 1 && large[1].isMultiple(of: factor) && large[2].isMultiple(of: factor),
        "pictures of \(large) do not divide into squares of \(factor)"
    )
    let small: Shape = [large[0], large[1] / factor, large[2] / factor, large[3]]
    let (split, repeated) = squares(of: small, factor: factor)
    let share = UnaryFunction.multiply(1 / Float(factor * factor))
    let sums = device.sum(x.detached.viewed(as: repeated), to: split).viewed(as: small)
    return device.unary(share, sums).recorded(
        TapeInput(x) { g in
            let shares = device.unary(share, g).viewed(as: split)
            return device.broadcast(shares, to: repeated).viewed(as: large)
        }
    )
}

/// The pictures `[N, H, W, C]` at another size, each axis interpolated linearly between pixel centres.
///
/// Matches torch `interpolate(mode="bilinear", align_corners=False, antialias=…)`. Gradient: the
/// transposed weights.
///
/// - Parameters:
///   - x: `[N, H, W, C]`.
///   - height: The new height in pixels.
///   - width: The new width in pixels.
///   - antialiased: Whether to average over all pixels between the new ones when shrinking.
package func resizedBilinear(
    _ x: Tensor,
    height: Int,
    width: Int,
    antialiased: Bool
) -> Tensor {
    precondition(x.rank == 4, "pictures are [N, H, W, C], not \(x.shape)")
    precondition(height > 0 && width > 0, "a picture has at least one pixel")
    if x.shape[1] == height && x.shape[2] == width { return x }
    let table = antialiased ? ResamplingTable.antialiased : ResamplingTable.linear
    let (rows, columns) = (table(x.shape[1], height), table(x.shape[2], width))
    let wide = device.resample(x.detached, axis: 2, table: columns)
    return device.resample(wide, axis: 1, table: rows).recorded(
        TapeInput(x) { g in
            let tall = device.resample(g, axis: 1, table: rows.transposed)
            return device.resample(tall, axis: 2, table: columns.transposed)
        }
    )
}

/// The shapes of pictures with every pixel as a square of one and of `factor` × `factor` pixels,
/// `[N, H, 1, W, 1, C]` and `[N, H, factor, W, factor, C]`.
private func squares(of shape: Shape, factor: Int) -> (split: Shape, repeated: Shape) {
    (
        [shape[0], shape[1], 1, shape[2], 1, shape[3]],
        [shape[0], shape[1], factor, shape[2], factor, shape[3]]
    )
}
