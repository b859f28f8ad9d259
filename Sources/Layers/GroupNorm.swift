package import Tensors

/// Normalises each sample over groups of channels, then scales and shifts each channel.
///
/// Matches PyTorch `GroupNorm` (Wu, He, arXiv 1803.08494).
package struct GroupNorm {
    /// The scale, `[C]`.
    package let weight: Parameter
    /// The shift, `[C]`.
    package let bias: Parameter
    private let groupCount: Int
    private let epsilon: Float

    /// Reads or initialises the layer; `channels` is a multiple of `groups`.
    package init(
        _ scope: ParameterScope,
        groups: Int,
        channels: Int,
        epsilon: Float = 1e-5
    ) throws {
        precondition(channels.isMultiple(of: groups), "\(channels) channels in \(groups) groups")
        weight = try scope.parameter("weight", shape: [channels], initialization: .ones)
        bias = try scope.parameter("bias", shape: [channels], initialization: .zeros)
        groupCount = groups
        self.epsilon = epsilon
    }

    /// Normalises `[N, …, C]`.
    package func callAsFunction(_ x: Tensor) -> Tensor { normalize(x, appliesSiLU: false) }

    /// silu(norm(x)) of `[N, …, C]`, in one pass over memory.
    package func silu(_ x: Tensor) -> Tensor { normalize(x, appliesSiLU: true) }

    private func normalize(_ x: Tensor, appliesSiLU: Bool) -> Tensor {
        groupNorm(
            x,
            groups: groupCount,
            weight: weight.tensor,
            bias: bias.tensor,
            epsilon: epsilon,
            appliesSiLU: appliesSiLU
        )
        .seen(from: weight)
    }
}
