/// A device's functions of one element, or of two elements in the same place.
package protocol ElementwiseArithmetic {
    /// `left ∘ right` element by element, with broadcasting.
    func binary(_ function: BinaryFunction, _ left: Tensor, _ right: Tensor) -> Tensor
}

/// A function of two numbers that devices apply element by element.
package enum BinaryFunction: Sendable, CaseIterable {
    case add, subtract, multiply, divide
}
