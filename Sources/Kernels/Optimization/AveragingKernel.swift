/// A moving average of a parameter's values.
package enum AveragingKernel {
    /// `average ← decay · average + (1 − decay) · values`, as `average − (1 − decay)(average − values)`.
    package static func update(
        _ average: inout MutableSpan<Float>,
        towards values: Span<Float>,
        decay: Float
    ) {
        precondition(values.count == average.count, "an average of another length")
        let (x, y) = (InputBlock(values), OutputBlock(&average))
        let share = 1 - decay
        ThreadTeam.run(over: values.count, cost: 0.4) { range in
            for index in range { y[index] -= share * (y[index] - x[index]) }
        }
    }
}
