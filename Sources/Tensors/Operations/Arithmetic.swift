internal import Kernels

// Arithmetic with broadcasting, as in NumPy: shapes align at the last axis and axes of extent 1 stretch.
// The gradient of an operand that stretched is summed back to the operand's shape.

extension Tensor {
    /// `left + right`. Gradients: g, g.
    package static func + (left: Tensor, right: Tensor) -> Tensor {
        let (leftShape, rightShape) = (left.shape, right.shape)
        return device.binary(.add, left.detached, right.detached).recorded(
            TapeInput(left) { g in device.sum(g, to: leftShape) },
            TapeInput(right) { g in device.sum(g, to: rightShape) }
        )
    }

    /// `left − right`. Gradients: g, −g.
    package static func - (left: Tensor, right: Tensor) -> Tensor {
        let (leftShape, rightShape) = (left.shape, right.shape)
        return device.binary(.subtract, left.detached, right.detached).recorded(
            TapeInput(left) { g in device.sum(g, to: leftShape) },
            TapeInput(right) { g in device.unary(.negate, device.sum(g, to: rightShape)) }
        )
    }

    /// `left · right` element by element. Gradients: g · right, g · left.
    package static func * (left: Tensor, right: Tensor) -> Tensor {
        let (l, r) = (left.detached, right.detached)
        let (leftShape, rightShape) = (l.shape, r.shape)
        return device.binary(.multiply, l, r).recorded(
            TapeInput(left) { g in device.sum(device.binary(.multiply, g, r), to: leftShape) },
            TapeInput(right) { g in device.sum(device.binary(.multiply, g, l), to: rightShape) }
        )
    }

    /// `left / right` element by element. Gradients: g / right, −g · left / right².
    package static func / (left: Tensor, right: Tensor) -> Tensor {
        let (l, r) = (left.detached, right.detached)
        let (leftShape, rightShape) = (l.shape, r.shape)
        let quotient = device.binary(.divide, l, r)
        return quotient.recorded(
            TapeInput(left) { g in device.sum(device.binary(.divide, g, r), to: leftShape) },
            TapeInput(right) { g in
                let byRight = device.binary(.divide, device.binary(.multiply, g, quotient), r)
                return device.unary(.negate, device.sum(byRight, to: rightShape))
            }
        )
    }

    /// Adds `right` to `left`.
    package static func += (left: inout Tensor, right: Tensor) { left = left + right }

    /// Subtracts `right` from `left`.
    package static func -= (left: inout Tensor, right: Tensor) { left = left - right }

    /// Multiplies `left` by `right`.
    package static func *= (left: inout Tensor, right: Tensor) { left = left * right }

    /// Divides `left` by `right`.
    package static func /= (left: inout Tensor, right: Tensor) { left = left / right }

    /// `left + right` without broadcasting and without the tape: what the tape itself adds with.
    static func sum(of left: Tensor, and right: Tensor) -> Tensor {
        precondition(left.shape == right.shape, "gradients \(left.shape) and \(right.shape) differ")
        return device.binary(.add, left, right)
    }
}
