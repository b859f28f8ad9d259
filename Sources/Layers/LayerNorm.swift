package import Tensors

/// Normalises the last axis, then scales and shifts each of its elements.
///
/// Matches PyTorch `LayerNorm` (Ba, Kiros, Hinton, arXiv 1607.06450).
package struct LayerNorm {
    /// The scale, `[C]`.
    package let weight: Parameter
    /// The shift, `[C]`.
    package let bias: Parameter
    private let epsilon: Float

    /// Reads or initialises the layer for a last axis of `width`.
    package init(_ scope: ParameterScope, width: Int, epsilon: Float = 1e-5) throws {
        weight = try scope.parameter("weight", shape: [width], initialization: .ones)
        bias = try scope.parameter("bias", shape: [width], initialization: .zeros)
        self.epsilon = epsilon
    }

    /// Normalises `[…, C]`.
    package func callAsFunction(_ x: Tensor) -> Tensor {
        layerNorm(x, weight: weight.tensor, bias: bias.tensor, epsilon: epsilon)
            .seen(from: weight)
    }
}
