/// One step of AdamW over a parameter's values.
package enum AdamWKernel {
    /// The numbers of one step, the same for all values.
    package struct Coefficients: Sendable {
        /// 1 − learning rate · weight decay.
        let decayFactor: Float
        /// β₁ and 1 − β₁, the shares of the old mean and of the gradient.
        let meanShares: (old: Float, new: Float)
        /// β₂ and 1 − β₂, the shares of the old mean square and of the gradient's square.
        let squareShares: (old: Float, new: Float)
        /// learning rate / (1 − β₁ᵗ).
        let stepSize: Float
        /// 1 / √(1 − β₂ᵗ).
        let rootScale: Float
        /// ε, added to the root of the mean square.
        let epsilon: Float

        /// Creates the numbers of step `step`, which counts from 1.
        ///
        /// In double precision, because 1 − β₂ᵗ is at first a small difference of two ones.
        package init(
            step: Int,
            learningRate: Double,
            beta1: Double,
            beta2: Double,
            epsilon: Double,
            weightDecay: Double
        ) {
            decayFactor = Float(1 - learningRate * weightDecay)
            meanShares = (Float(beta1), Float(1 - beta1))
            squareShares = (Float(beta2), Float(1 - beta2))
            stepSize = Float(learningRate / (1 - Self.power(beta1, step)))
            rootScale = Float(1 / (1 - Self.power(beta2, step)).squareRoot())
            self.epsilon = Float(epsilon)
        }

        /// `base` to the power of `exponent`, by repeated squaring.
        private static func power(_ base: Double, _ exponent: Int) -> Double {
            var (result, square, rest) = (1.0, base, exponent)
            while rest > 0 {
                if rest & 1 == 1 { result *= square }
                square *= square
                rest >>= 1
            }
            return result
        }
    }

    /// Updates the two moments in place and writes the new values.
    ///
    ///     m ← β₁m + (1 − β₁)g
    ///     v ← β₂v + (1 − β₂)g²
    ///     w′ = w·decayFactor − stepSize · m / (√v · rootScale + ε)
    ///
    /// - Parameters:
    ///   - coefficients: The numbers of this step.
    ///   - values: w.
    ///   - gradient: g before scaling.
    ///   - gradientScale: What g is multiplied by first, as to clip it.
    ///   - mean: m.
    ///   - meanSquare: v.
    ///   - output: w′.
    package static func step(
        _ coefficients: Coefficients,
        values: Span<Float>,
        gradient: Span<Float>,
        gradientScale: Float,
        mean: inout MutableSpan<Float>,
        meanSquare: inout MutableSpan<Float>,
        into output: inout MutableSpan<Float>
    ) {
        let count = values.count
        precondition(
            gradient.count == count && mean.count == count && meanSquare.count == count
                && output.count == count,
            "AdamW: spans differ in length"
        )
        let (w, g) = (InputBlock(values), InputBlock(gradient))
        let (m, v, y) = (OutputBlock(&mean), OutputBlock(&meanSquare), OutputBlock(&output))
        let vectorCount = (count + 15) / 16
        ThreadTeam.run(over: vectorCount, cost: 8) { range in
            for vector in range {
                let index = 16 * vector
                let width = min(16, count - index)
                func load(_ block: InputBlock) -> Vector {
                    width == 16
                        ? block.vector(at: index) : block.vector(at: index, count: width)
                }
                var newMean = load(m.written)
                var newSquare = load(v.written)
                let value = step(
                    coefficients,
                    value: load(w),
                    gradient: load(g) * gradientScale,
                    mean: &newMean,
                    meanSquare: &newSquare
                )
                m.store(newMean, at: index, width: width)
                v.store(newSquare, at: index, width: width)
                y.store(value, at: index, width: width)
            }
        }
    }

    private typealias Vector = SIMD16<Float>

    /// The step of sixteen values.
    @inline(__always)
    private static func step(
        _ c: Coefficients,
        value: Vector,
        gradient: Vector,
        mean: inout Vector,
        meanSquare: inout Vector
    ) -> Vector {
        mean = c.meanShares.old * mean + c.meanShares.new * gradient
        meanSquare = c.squareShares.old * meanSquare + c.squareShares.new * gradient * gradient
        let root = VectorMath.squareRoot(meanSquare) * c.rootScale
        return value * c.decayFactor - c.stepSize * (mean / (root + c.epsilon))
    }
}
