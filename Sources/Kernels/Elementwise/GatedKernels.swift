/// Rows of values and gates, `[v, g]`: v · GELU(g), and its gradient (Shazeer, arXiv 2002.05202).
///
/// One pass, because both halves of a feed-forward layer's widest tensor would be copied to be multiplied.
package enum GatedKernels {
    /// `output[r, i] = input[r, i] · GELU(input[r, width + i])`.
    ///
    /// - Parameters:
    ///   - width: The values of a row of `output`; a row of `input` has twice as many.
    package static func apply(
        to input: Span<Float>,
        width: Int,
        into output: inout MutableSpan<Float>
    ) {
        precondition(
            width > 0 && input.count == 2 * output.count && output.count.isMultiple(of: width),
            "values and gates do not fit"
        )
        let (x, y) = (InputBlock(input), OutputBlock(&output))
        ThreadTeam.run(over: output.count / width, cost: 0.8 * Double(width)) { rows in
            for row in rows {
                let values = x.advanced(by: 2 * row * width)
                let gates = values.advanced(by: width)
                let result = y.advanced(by: row * width)
                forEachGroup(of: width) { start, count in
                    let gate = gates.vector(at: start, width: count)
                    let value = values.vector(at: start, width: count)
                    let product = value * (gate * VectorMath.normalDistribution(gate))
                    result.store(product, at: start, width: count)
                }
            }
        }
    }

    /// The gradient of `input`: `[u · GELU(g), u · v · GELU′(g)]` with u the gradient of the output.
    package static func gradient(
        at input: Span<Float>,
        upstream: Span<Float>,
        width: Int,
        into output: inout MutableSpan<Float>
    ) {
        precondition(
            width > 0 && input.count == 2 * upstream.count && output.count == input.count
                && upstream.count.isMultiple(of: width),
            "values and gates do not fit"
        )
        let (x, u, y) = (InputBlock(input), InputBlock(upstream), OutputBlock(&output))
        ThreadTeam.run(over: upstream.count / width, cost: 1.6 * Double(width)) { rows in
            for row in rows {
                let values = x.advanced(by: 2 * row * width)
                let gates = values.advanced(by: width)
                let upstream = u.advanced(by: row * width)
                let valueGradient = y.advanced(by: 2 * row * width)
                let gateGradient = valueGradient.advanced(by: width)
                forEachGroup(of: width) { start, count in
                    let gate = gates.vector(at: start, width: count)
                    let value = values.vector(at: start, width: count)
                    let g = upstream.vector(at: start, width: count)
                    let share = VectorMath.normalDistribution(gate)
                    let slope = share.addingProduct(gate, VectorMath.normalDensity(gate))
                    valueGradient.store(g * (gate * share), at: start, width: count)
                    gateGradient.store(g * value * slope, at: start, width: count)
                }
            }
        }
    }
}
