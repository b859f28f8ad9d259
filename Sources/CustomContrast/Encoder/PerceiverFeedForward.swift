package import Layers
package import Tensors

/// Layer normalisation, a fourfold widening, exact GELU and the way back, all without bias.
///
/// Matches IP-Adapter's `FeedForward`, whose keys are positions in a sequence of modules.
package struct PerceiverFeedForward {
    let norm: LayerNorm
    let widen: Linear
    let narrow: Linear

    /// Creates the block for tokens of `width`, `multiplier` times as wide inside.
    package init(_ scope: ParameterScope, width: Int, multiplier: Int = 4) throws {
        norm = try LayerNorm(scope[0], width: width, epsilon: 1e-5)
        widen = try Linear(scope[1], from: width, to: width * multiplier, bias: false)
        narrow = try Linear(scope[3], from: width * multiplier, to: width, bias: false)
    }

    /// Tokens `[N, q, width]` to tokens of the same shape, without the residual sum.
    package func callAsFunction(_ x: Tensor) -> Tensor { narrow(gelu(widen(norm(x)))) }
}
