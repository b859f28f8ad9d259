/// Resampling along one axis of a `[outer, axis, inner]` block.
package enum ResamplingKernels {
    private typealias Vector = SIMD16<Float>

    /// `output[o, i, c] = Σₖ weights[i, k] input[o, first[i] + k, c]`.
    package static func resample(
        _ input: Span<Float>,
        _ table: ResamplingTable,
        outer: Int,
        inner: Int,
        into output: inout MutableSpan<Float>
    ) {
        let (from, to) = (table.inputExtent, table.outputExtent)
        precondition(input.count == outer * from * inner, "the table is for another extent")
        precondition(output.count == outer * to * inner, "the table is for another extent")
        let (x, y) = (InputBlock(input), OutputBlock(&output))
        let (taps, first, weights) = (
            table.tapCount, table.first.span, InputBlock(table.weights.span)
        )
        let cost = 5 + 0.2 * Double(taps * inner)
        ThreadTeam.run(over: outer * to, cost: cost) { range in
            for row in range {
                let (block, index) = (row / to, row % to)
                let source = x.advanced(by: (block * from + first[index]) * inner)
                let weights = weights.advanced(by: index * taps)
                let target = y.advanced(by: row * inner)
                if inner < 16 {
                    for column in 0..<inner {
                        var total: Float = 0
                        for tap in 0..<taps {
                            total += weights[tap] * source[tap &* inner &+ column]
                        }
                        target[column] = total
                    }
                    continue
                }
                forEachGroup(of: inner) { start, width in
                    var total = Vector()
                    for tap in 0..<taps {
                        let values = source.vector(at: tap &* inner &+ start, width: width)
                        total.addProduct(values, weights[tap])
                    }
                    target.store(total, at: start, width: width)
                }
            }
        }
    }
}
