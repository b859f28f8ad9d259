/// y = x·Wᵀ + b over the last axis.
///
/// ∂x = ∂y·W, ∂W = Σ ∂yᵀ·x, ∂b = Σ ∂y. A frozen weight gets no gradient, and then x is not kept.
///
/// - Parameters:
///   - x: `[…, in]`.
///   - weight: `[out, in]`.
///   - bias: `[out]`.
///   - precision: The numbers multiplied; gradients are products of float32.
/// - Returns: `[…, out]`.
package func linear(
    _ x: Tensor,
    weight: Tensor,
    bias: Tensor?,
    precision: ProductPrecision = .float32
) -> Tensor {
    precondition(
        x.rank >= 1 && weight.rank == 2 && x.shape.extent(fromEnd: 0) == weight.shape[1],
        "linear: an input of shape \(x.shape) does not fit the weight \(weight.shape)"
    )
    precondition(
        bias.map { $0.shape == [weight.shape[0]] } ?? true,
        "linear: the bias does not fit the weight \(weight.shape)"
    )
    let (input, matrix) = (x.detached, weight.detached)
    return device.linear(
        input,
        weight: matrix,
        bias: bias?.detached,
        isFrozen: !weight.isTracked,
        precision: precision
    )
    .recorded(
        TapeInput(x) {
            device.matrixMultiply(
                $0,
                matrix,
                transposingLeft: false,
                transposingRight: false
            )
        },
        TapeInput(weight) { device.outerProductSum($0, input) },
        bias.flatMap { TapeInput($0) { device.sumOverRows($0) } }
    )
}
