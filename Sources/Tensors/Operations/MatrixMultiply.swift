/// C = A·B over the last two axes.
///
/// ∂A = ∂C·Bᵀ and ∂B = Aᵀ·∂C, transposed where the operand was. Where one B serves all leading axes, its
/// gradient is summed over them.
///
/// - Parameters:
///   - left: `[…, M, K]`, or `[…, K, M]` when transposed.
///   - right: `[…, K, N]`, or `[…, N, K]` when transposed; leading axes equal to `left`'s, or none.
///   - transposingLeft: Whether `left` is stored transposed.
///   - transposingRight: Whether `right` is stored transposed.
/// - Returns: `[…, M, N]`.
package func matrixMultiply(
    _ left: Tensor,
    _ right: Tensor,
    transposingLeft: Bool = false,
    transposingRight: Bool = false
) -> Tensor {
    precondition(
        left.rank >= 2 && right.rank >= 2
            && left.shape.extent(fromEnd: transposingLeft ? 1 : 0)
                == right.shape.extent(fromEnd: transposingRight ? 0 : 1)
            && (right.rank == 2 || left.shape.dropLast(2).elementsEqual(right.shape.dropLast(2))),
        "shapes \(left.shape) and \(right.shape) do not multiply"
    )
    let (a, b) = (left.detached, right.detached)
    return device.matrixMultiply(
        a,
        b,
        transposingLeft: transposingLeft,
        transposingRight: transposingRight
    )
    .recorded(
        TapeInput(left) { upstream in
            transposingLeft
                ? device.matrixMultiply(
                    b,
                    upstream,
                    transposingLeft: transposingRight,
                    transposingRight: true
                )
                : device.matrixMultiply(
                    upstream,
                    b,
                    transposingLeft: false,
                    transposingRight: !transposingRight
                )
        },
        TapeInput(right) { upstream in
            if b.rank < a.rank, !transposingLeft {
                return transposingRight
                    ? device.outerProductSum(upstream, a) : device.outerProductSum(a, upstream)
            }
            let gradient =
                transposingRight
                ? device.matrixMultiply(
                    upstream,
                    a,
                    transposingLeft: true,
                    transposingRight: transposingLeft
                )
                : device.matrixMultiply(
                    a,
                    upstream,
                    transposingLeft: !transposingLeft,
                    transposingRight: false
                )
            guard b.rank < a.rank else { return gradient }
            return device.sumOverRows(gradient.viewed(as: [gradient.count / b.count, b.count]))
                .viewed(as: b.shape)
        }
    )
}
