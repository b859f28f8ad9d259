/// A device's matrix products.
package protocol LinearAlgebra {
    /// The products of the matrices in the last two axes, over equal leading axes; one side may be
    /// one matrix for all.
    ///
    /// - Parameters:
    ///   - left: `[…, M, K]`, or `[…, K, M]` when transposed.
    ///   - right: `[…, K, N]`, or `[…, N, K]` when transposed.
    func matrixMultiply(
        _ left: Tensor,
        _ right: Tensor,
        transposingLeft: Bool,
        transposingRight: Bool
    ) -> Tensor

    /// x·weightᵀ + bias over the last axis.
    ///
    /// - Parameters:
    ///   - x: `[…, in]`.
    ///   - weight: `[out, in]`.
    ///   - bias: `[out]`.
    ///   - isFrozen: Whether the weight will be used again as it is, so that a device may keep a form of it
    ///     that suits it better.
    ///   - precision: The numbers multiplied.
    func linear(
        _ x: Tensor,
        weight: Tensor,
        bias: Tensor?,
        isFrozen: Bool,
        precision: ProductPrecision
    ) -> Tensor

    /// leftᵀ·right over all axes but the last: the gradient of a linear map's weight.
    ///
    /// - Parameters:
    ///   - left: `[…, M]`.
    ///   - right: `[…, N]`.
    /// - Returns: `[M, N]`.
    func outerProductSum(_ left: Tensor, _ right: Tensor) -> Tensor

    /// The sums over all axes but the last: the gradient of a bias.
    func sumOverRows(_ x: Tensor) -> Tensor
}
