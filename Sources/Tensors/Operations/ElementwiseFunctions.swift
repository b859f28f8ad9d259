internal import Kernels

// Functions of one element. Their formulas and derivatives stand side by side in `UnaryKernels`; here
// they get their names and their place on the tape.

extension Tensor {
    /// `function` of every element. Gradient: g · function′, from the argument or the value, whichever
    /// the derivative needs.
    func applying(_ function: UnaryFunction) -> Tensor {
        let x = detached
        let y = device.unary(function, x)
        let point = function.derivativeReadsOutput ? y : x
        return y.recorded(
            TapeInput(self) { g in device.unaryGradient(function, at: point, upstream: g) }
        )
    }

    /// A `function` whose derivative is constant. Gradient: g · function′, which reads no activation.
    func applyingLinear(_ function: UnaryFunction) -> Tensor {
        device.unary(function, detached).recorded(
            TapeInput(self) { g in device.unaryGradient(function, at: g, upstream: g) }
        )
    }

    /// x².
    package func squared() -> Tensor { applying(.square) }

    /// √x.
    package func squareRoot() -> Tensor { applying(.squareRoot) }

    /// 1/x.
    package func reciprocal() -> Tensor { applying(.reciprocal) }

    /// eˣ.
    package func exponential() -> Tensor { applying(.exponential) }

    /// ln x.
    package func logarithm() -> Tensor { applying(.logarithm) }

    /// sin x, x in radians.
    package func sine() -> Tensor { applying(.sine) }

    /// cos x, x in radians.
    package func cosine() -> Tensor { applying(.cosine) }

    /// |x|; its gradient at 0 is 0.
    package func absoluteValue() -> Tensor { applying(.absoluteValue) }

    /// x, at least and at most the bounds of `range`; the gradient is 0 outside.
    package func clamped(to range: ClosedRange<Float>) -> Tensor {
        applying(.clamp(lower: range.lowerBound, upper: range.upperBound))
    }

    /// The larger of x and `bound`; the gradient is 0 below it.
    package func maximum(with bound: Float) -> Tensor {
        applying(.clamp(lower: bound, upper: .infinity))
    }

    /// The smaller of x and `bound`; the gradient is 0 above it.
    package func minimum(with bound: Float) -> Tensor {
        applying(.clamp(lower: -.infinity, upper: bound))
    }
}
