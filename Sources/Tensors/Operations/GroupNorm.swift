internal import Kernels

/// Group normalisation: y = n · weight + bias, where n has mean 0 and variance 1 over all positions of
/// each sample's groups of neighbouring channels.
///
/// Matches torch `group_norm`, followed by `silu` where `appliesSiLU` says so: in one pass over memory, and y is
/// computed again for the gradient instead of being kept. Gradients, with means over a group and sums over samples and positions:
/// x: (wg − mean(wg) − n mean(wg n)) / √(variance + ε); weight: Σ g n; bias: Σ g.
///
/// - Parameters:
///   - x: `[N, …, C]`.
///   - groups: The number of groups; it divides C.
///   - weight: `[C]`.
///   - bias: `[C]`.
///   - epsilon: ε, added to the variance.
///   - appliesSiLU: Whether y · sigmoid(y) is returned instead of y.
package func groupNorm(
    _ x: Tensor,
    groups: Int,
    weight: Tensor,
    bias: Tensor,
    epsilon: Float = 1e-5,
    appliesSiLU: Bool = false
) -> Tensor {
    let channels = x.shape.extent(fromEnd: 0)
    precondition(
        x.rank >= 2 && weight.shape == [channels] && bias.shape == [channels],
        "weight \(weight.shape) and bias \(bias.shape) for channels of \(x.shape)"
    )
    let (values, w) = (x.detached, weight.detached)
    let statistics = device.groupNormStatistics(values, groups: groups, epsilon: epsilon)
    let wantsInput = x.isTracked
    let wantsParameters = weight.isTracked || bias.isTracked
    let shift = bias.detached
    @Sendable
    func normalized(appliesSiLU: Bool) -> Tensor {
        device.groupNorm(
            values,
            statistics: statistics,
            weight: w,
            bias: shift,
            appliesSiLU: appliesSiLU
        )
    }
    return normalized(appliesSiLU: appliesSiLU)
        .recorded(jointlyFrom: [x, weight, bias]) { upstream in
            let g =
                appliesSiLU
                ? device.unaryGradient(
                    .silu,
                    at: normalized(appliesSiLU: false),
                    upstream: upstream
                ) : upstream
            let sums = device.groupNormSums(values, statistics: statistics, upstream: g)
            let input =
                wantsInput
                ? device.groupNormInputGradient(
                    values,
                    statistics: statistics,
                    sums: sums,
                    weight: w,
                    upstream: g
                ) : nil
            guard wantsParameters else { return [input, nil, nil] }
            let both = device.sum(sums, axis: 0)
            return [input, both.row(0), both.row(1)]
        }
}
