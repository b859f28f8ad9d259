internal import Kernels

extension Tensor {
    /// The sum of all elements, a scalar. Gradient: g everywhere.
    package func sum() -> Tensor {
        let shape = shape
        return device.sum(detached, to: []).recorded(
            TapeInput(self) { g in device.broadcast(g, to: shape) }
        )
    }

    /// The mean of all elements, a scalar. Gradient: g / count everywhere.
    package func mean() -> Tensor { sum() / Float(count) }

    /// The sum over `axis`, which is removed or stays with extent 1. Gradient: g, repeated along it.
    package func sum(axis: Int, keepingAxis: Bool = false) -> Tensor {
        let (shape, axis) = (shape, shape.normalized(axis: axis))
        let kept = shape.replacing(axis: axis, with: 1)
        let sum = device.sum(detached, axis: axis)
        return (keepingAxis ? sum.viewed(as: kept) : sum).recorded(
            TapeInput(self) { g in device.broadcast(g.viewed(as: kept), to: shape) }
        )
    }

    /// The mean over `axis`, which is removed or stays with extent 1.
    package func mean(axis: Int, keepingAxis: Bool = false) -> Tensor {
        sum(axis: axis, keepingAxis: keepingAxis) / Float(shape[shape.normalized(axis: axis)])
    }

    /// The largest element along `axis`, which is removed or stays with extent 1.
    ///
    /// Gradient: g at the largest element, in equal parts if there are several. Matches torch `amax`.
    package func maximum(axis: Int, keepingAxis: Bool = false) -> Tensor {
        let (x, axis) = (detached, shape.normalized(axis: axis))
        let kept = shape.replacing(axis: axis, with: 1)
        let largest = device.maximum(x, axis: axis).viewed(as: kept)
        return (keepingAxis ? largest : largest.viewed(as: shape.removing(axis: axis))).recorded(
            TapeInput(self) { g in
                let isLargest = device.binary(.isEqual, x, largest)
                let share = device.binary(
                    .divide,
                    g.viewed(as: kept),
                    device.sum(isLargest, axis: axis).viewed(as: kept)
                )
                return device.binary(.multiply, isLargest, share)
            }
        )
    }

    /// ln Σ eˣ along `axis`, which is removed or stays with extent 1, computed as
    /// m + ln Σ e^(x − m) with the largest element m, so that nothing overflows.
    ///
    /// Gradient: g · e^(x − result), the softmax.
    package func logSumExp(axis: Int, keepingAxis: Bool = false) -> Tensor {
        let (x, axis) = (detached, shape.normalized(axis: axis))
        let kept = shape.replacing(axis: axis, with: 1)
        // An axis of nothing but −∞ has the result −∞, not ∞ − ∞.
        let shift = device.unary(
            .clamp(lower: -.greatestFiniteMagnitude, upper: .greatestFiniteMagnitude),
            device.maximum(x, axis: axis).viewed(as: kept)
        )
        let exponentials = device.unary(.exponential, device.binary(.subtract, x, shift))
        let sum = device.sum(exponentials, axis: axis).viewed(as: kept)
        let result = device.binary(.add, device.unary(.logarithm, sum), shift)
        return (keepingAxis ? result : result.viewed(as: shape.removing(axis: axis))).recorded(
            TapeInput(self) { g in
                let share = device.binary(.divide, g.viewed(as: kept), sum)
                return device.binary(.multiply, exponentials, share)
            }
        )
    }
}

/// The mean of (a − b)² over all elements, a scalar. Gradients: 2 g (a − b) / count and its negative.
package func meanSquaredError(_ a: Tensor, _ b: Tensor) -> Tensor {
    precondition(a.shape == b.shape, "\(a.shape) and \(b.shape) are compared element by element")
    let scale = 1 / Float(a.count)
    let difference = device.binary(.subtract, a.detached, b.detached)
    let sum = device.sum(device.unary(.square, difference), to: [])
    return device.unary(.multiply(scale), sum).recorded(
        TapeInput(a) { g in
            device.binary(.multiply, difference, device.unary(.multiply(2 * scale), g))
        },
        TapeInput(b) { g in
            device.binary(.multiply, difference, device.unary(.multiply(-2 * scale), g))
        }
    )
}
