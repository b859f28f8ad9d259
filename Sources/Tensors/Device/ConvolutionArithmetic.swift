/// A device's two-dimensional convolutions of channels-last pictures.
///
/// `isFrozen` says that a weight will be used again as it is, so that a device may keep a form of it that
/// suits it better; `precision` are the numbers multiplied.
package protocol ConvolutionArithmetic {
    /// The convolution of `[N, H, W, C]` with `[out, C, rows, columns]` weights.
    func convolution2d(
        _ x: Tensor,
        weight: Tensor,
        bias: Tensor?,
        stride: Int,
        padding: Padding2d,
        isFrozen: Bool,
        precision: ProductPrecision
    ) -> Tensor

    /// The gradient of the input, of `shape`.
    func convolution2dInputGradient(
        _ upstream: Tensor,
        weight: Tensor,
        shape: Shape,
        stride: Int,
        padding: Padding2d,
        isFrozen: Bool
    ) -> Tensor

    /// The gradient of the weights, of `shape`.
    func convolution2dWeightGradient(
        _ upstream: Tensor,
        input: Tensor,
        shape: Shape,
        stride: Int,
        padding: Padding2d
    ) -> Tensor
}
