/// A device's normalisations over the last axis or over groups of channels.
package protocol Normalization {
    /// Softmax over the last axis.
    func softmax(_ x: Tensor) -> Tensor

    /// The gradient of softmax, from its values.
    func softmaxGradient(values: Tensor, upstream: Tensor) -> Tensor

    /// x / (‖x‖ + ε) over the last axis.
    func unitLength(_ x: Tensor, epsilon: Float) -> Tensor

    /// The gradient of `unitLength` at `x`.
    func unitLengthGradient(_ x: Tensor, epsilon: Float, upstream: Tensor) -> Tensor

    /// Layer normalisation over the last axis with an affine map.
    func layerNorm(_ x: Tensor, weight: Tensor, bias: Tensor, epsilon: Float) -> Tensor

    /// The gradient of `layerNorm` with respect to `x`.
    func layerNormInputGradient(
        _ x: Tensor,
        weight: Tensor,
        epsilon: Float,
        upstream: Tensor
    ) -> Tensor

    /// The gradients of `layerNorm` with respect to weight and bias, `[2, C]`.
    func layerNormParameterGradient(_ x: Tensor, epsilon: Float, upstream: Tensor) -> Tensor

    /// Mean and 1/√(variance + ε) of each sample's groups of channels, `[N, groups, 2]`.
    func groupNormStatistics(_ x: Tensor, groups: Int, epsilon: Float) -> Tensor

    /// Group normalisation with an affine map and possibly SiLU after it, given its statistics.
    func groupNorm(
        _ x: Tensor,
        statistics: Tensor,
        weight: Tensor,
        bias: Tensor,
        appliesSiLU: Bool
    ) -> Tensor

    /// Σ over positions of g · n and of g, `[N, 2, C]`, n being the normalised input.
    func groupNormSums(_ x: Tensor, statistics: Tensor, upstream: Tensor) -> Tensor

    /// The gradient of `groupNorm` without SiLU with respect to `x`, given the sums of `groupNormSums`.
    func groupNormInputGradient(
        _ x: Tensor,
        statistics: Tensor,
        sums: Tensor,
        weight: Tensor,
        upstream: Tensor
    ) -> Tensor
}
