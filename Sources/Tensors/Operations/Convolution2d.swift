/// y[n, i, j, o] = b[o] + Σ x[n, i·s + u, j·s + v, c] · w[o, c, u, v] over the padded pictures.
///
/// ∂x is the convolution of ∂y with the kernel turned by 180°; ∂w correlates ∂y with x; ∂b = Σ ∂y. A frozen
/// weight gets no gradient, and then x is not kept.
///
/// - Parameters:
///   - x: `[N, H, W, C]`.
///   - weight: `[out, C, rows, columns]`, as checkpoints have it.
///   - bias: `[out]`.
///   - stride: Pixels from one window to the next, in both directions.
///   - padding: Zeros around each picture; smaller than the kernel.
///   - precision: The numbers multiplied; gradients are products of float32.
/// - Returns: `[N, H', W', out]`.
package func convolution2d(
    _ x: Tensor,
    weight: Tensor,
    bias: Tensor?,
    stride: Int = 1,
    padding: Padding2d,
    precision: ProductPrecision = .float32
) -> Tensor {
    precondition(
        x.rank == 4 && weight.rank == 4 && x.shape[3] == weight.shape[1] && stride >= 1,
        "convolution2d: pictures of shape \(x.shape) do not fit weights of shape \(weight.shape)"
    )
    let (rows, columns) = (weight.shape[2], weight.shape[3])
    precondition(
        max(padding.top, padding.bottom) < rows && max(padding.left, padding.right) < columns
            && x.shape[1] + padding.top + padding.bottom >= rows
            && x.shape[2] + padding.left + padding.right >= columns,
        "convolution2d: pictures \(x.shape) with \(padding) do not fit the kernel \(weight.shape)"
    )
    precondition(
        bias.map { $0.shape == [weight.shape[0]] } ?? true,
        "convolution2d: the bias does not fit the weight \(weight.shape)"
    )
    let (input, kernel) = (x.detached, weight.detached)
    let (inputShape, kernelShape) = (x.shape, weight.shape)
    let isFrozen = !weight.isTracked
    return device.convolution2d(
        input,
        weight: kernel,
        bias: bias?.detached,
        stride: stride,
        padding: padding,
        isFrozen: isFrozen,
        precision: precision
    )
    .recorded(
        TapeInput(x) {
            device.convolution2dInputGradient(
                $0,
                weight: kernel,
                shape: inputShape,
                stride: stride,
                padding: padding,
                isFrozen: isFrozen
            )
        },
        TapeInput(weight) {
            device.convolution2dWeightGradient(
                $0,
                input: input,
                shape: kernelShape,
                stride: stride,
                padding: padding
            )
        },
        bias.flatMap { TapeInput($0) { device.sumOverRows($0) } }
    )
}
