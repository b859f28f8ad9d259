internal import Kernels

// Arithmetic of a tensor with a number, which is a constant. The linear ones keep nothing for their
// gradients.

extension Tensor {
    /// −x.
    package static prefix func - (x: Tensor) -> Tensor { x.applyingLinear(.negate) }

    /// x + s.
    package static func + (x: Tensor, s: Float) -> Tensor { x.applyingLinear(.add(s)) }

    /// s + x.
    package static func + (s: Float, x: Tensor) -> Tensor { x.applyingLinear(.add(s)) }

    /// x − s.
    package static func - (x: Tensor, s: Float) -> Tensor { x.applyingLinear(.add(-s)) }

    /// s − x.
    package static func - (s: Float, x: Tensor) -> Tensor { x.applyingLinear(.difference(from: s)) }

    /// x · s.
    package static func * (x: Tensor, s: Float) -> Tensor { x.applyingLinear(.multiply(s)) }

    /// s · x.
    package static func * (s: Float, x: Tensor) -> Tensor { x.applyingLinear(.multiply(s)) }

    /// x / s.
    package static func / (x: Tensor, s: Float) -> Tensor { x.applyingLinear(.divide(by: s)) }

    /// s / x.
    package static func / (s: Float, x: Tensor) -> Tensor { x.applying(.quotient(of: s)) }

    /// Adds s to every element.
    package static func += (x: inout Tensor, s: Float) { x = x + s }

    /// Subtracts s from every element.
    package static func -= (x: inout Tensor, s: Float) { x = x - s }

    /// Multiplies every element by s.
    package static func *= (x: inout Tensor, s: Float) { x = x * s }

    /// Divides every element by s.
    package static func /= (x: inout Tensor, s: Float) { x = x / s }
}
