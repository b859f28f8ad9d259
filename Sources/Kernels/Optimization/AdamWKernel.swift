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
        let c = coefficients
        ThreadTeam.run(over: count, cost: 1) { range in
            for index in range {
                let slope = g[index] * gradientScale
                let newMean = c.meanShares.old * m[index] + c.meanShares.new * slope
                let newSquare =
                    c.squareShares.old * v[index] + c.squareShares.new * slope * slope
                let root = newSquare.squareRoot() * c.rootScale
                m[index] = newMean
                v[index] = newSquare
                y[index] = w[index] * c.decayFactor - c.stepSize * (newMean / (root + c.epsilon))
            }
        }
    }
}
