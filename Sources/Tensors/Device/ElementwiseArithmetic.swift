package import Kernels

/// A device's functions of one element, or of two elements in the same place.
package protocol ElementwiseArithmetic {
    /// `left ∘ right` element by element, with broadcasting.
    func binary(_ function: BinaryFunction, _ left: Tensor, _ right: Tensor) -> Tensor

    /// `function(x)` element by element.
    func unary(_ function: UnaryFunction, _ x: Tensor) -> Tensor

    /// `upstream · function′` element by element.
    ///
    /// `point` holds the function's arguments, or its values where `derivativeReadsOutput` says so.
    func unaryGradient(_ function: UnaryFunction, at point: Tensor, upstream: Tensor) -> Tensor

    /// v · GELU(g) of rows `[v, g]`.
    func gatedGELU(_ x: Tensor) -> Tensor

    /// The gradient of `gatedGELU`'s input.
    func gatedGELUGradient(at point: Tensor, upstream: Tensor) -> Tensor
}
