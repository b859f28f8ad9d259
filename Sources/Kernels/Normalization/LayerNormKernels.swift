/// Layer normalisation: each row to mean 0 and variance 1, then an affine map per channel.
///
/// Neither mean nor deviation is kept: the gradient recomputes them while the row is in the cache.
package enum LayerNormKernels {
    private typealias Vector = SIMD16<Float>

    /// Rows whose parameter gradients are added plainly before the pieces are summed.
    private static let rowsPerPiece = 32

    /// `output = (x − mean) / √(variance + ε) · weight + bias` for each row of `weight.count` values.
    package static func apply(
        to input: Span<Float>,
        weight: Span<Float>,
        bias: Span<Float>,
        epsilon: Float,
        into output: inout MutableSpan<Float>
    ) {
        let width = weight.count
        precondition(input.count == output.count && input.count.isMultiple(of: width))
        let (x, y) = (InputBlock(input), OutputBlock(&output))
        let (w, b) = (InputBlock(weight), InputBlock(bias))
        ThreadTeam.run(over: input.count / width, cost: 10 + 0.4 * Double(width)) { rows in
            for row in rows {
                let (x, y) = (x.advanced(by: row * width), y.advanced(by: row * width))
                let (mean, scale) = statistics(x, width, epsilon)
                forEachGroup(of: width) { start, count in
                    let normalized = (x.vector(at: start, width: count) - mean) * scale
                    let result = b.vector(at: start, width: count)
                        .addingProduct(normalized, w.vector(at: start, width: count))
                    y.store(result, at: start, width: count)
                }
            }
        }
    }

    /// The gradient of the input: `(wg − mean(wg) − n · mean(wg · n)) / √(variance + ε)` for each row,
    /// n being the normalised row.
    package static func inputGradient(
        of input: Span<Float>,
        upstream: Span<Float>,
        weight: Span<Float>,
        epsilon: Float,
        into output: inout MutableSpan<Float>
    ) {
        let width = weight.count
        precondition(input.count == output.count && upstream.count == output.count)
        let (x, g, d) = (InputBlock(input), InputBlock(upstream), OutputBlock(&output))
        let w = InputBlock(weight)
        ThreadTeam.run(over: output.count / width, cost: 10 + 0.8 * Double(width)) { rows in
            for row in rows {
                let (x, g) = (x.advanced(by: row * width), g.advanced(by: row * width))
                let d = d.advanced(by: row * width)
                let (mean, scale) = statistics(x, width, epsilon)
                var (sum, product) = (Vector(), Vector())
                forEachGroup(of: width) { start, count in
                    let weighted =
                        g.vector(at: start, width: count) * w.vector(at: start, width: count)
                    sum += weighted
                    product.addProduct(weighted, x.vector(at: start, width: count) - mean)
                }
                let meanGradient = VectorMath.sum(sum) / Float(width)
                let slope = VectorMath.sum(product) / Float(width) * scale * scale
                forEachGroup(of: width) { start, count in
                    let weighted =
                        g.vector(at: start, width: count) * w.vector(at: start, width: count)
                    let centred = x.vector(at: start, width: count) - mean
                    let result = (weighted - meanGradient).addingProduct(centred, -slope) * scale
                    d.store(result, at: start, width: count)
                }
            }
        }
    }

    /// The gradients of weight and bias, `[2, width]`: Σ over rows of g · n and of g.
    package static func parameterGradient(
        of input: Span<Float>,
        upstream: Span<Float>,
        width: Int,
        epsilon: Float,
        into output: inout MutableSpan<Float>
    ) {
        precondition(upstream.count == input.count && output.count == 2 * width)
        let (x, g) = (InputBlock(input), InputBlock(upstream))
        let rowCount = input.count / width
        let pieces = (rowCount + rowsPerPiece - 1) / rowsPerPiece
        SumKernels.sum(pieces: pieces, width: 2 * width, into: &output) { partial in
            let cost = Double(rowsPerPiece * width) * 0.8
            ThreadTeam.run(over: pieces, cost: cost) { range in
                for piece in range {
                    let sums = partial.advanced(by: piece * 2 * width)
                    sums.fill(with: 0, count: 2 * width)
                    for row in piece * rowsPerPiece..<min((piece + 1) * rowsPerPiece, rowCount) {
                        let (x, g) = (x.advanced(by: row * width), g.advanced(by: row * width))
                        addParameterGradient(x, g, width, epsilon, to: sums)
                    }
                }
            }
        }
    }

    private static func addParameterGradient(
        _ x: InputBlock,
        _ g: InputBlock,
        _ width: Int,
        _ epsilon: Float,
        to sums: OutputBlock
    ) {
        let (mean, scale) = statistics(x, width, epsilon)
        let biasSums = sums.advanced(by: width)
        forEachGroup(of: width) { start, count in
            let upstream = g.vector(at: start, width: count)
            let normalized = (x.vector(at: start, width: count) - mean) * scale
            let weightSum = sums.written.vector(at: start, width: count)
            sums.store(weightSum.addingProduct(upstream, normalized), at: start, width: count)
            let biasSum = biasSums.written.vector(at: start, width: count)
            biasSums.store(biasSum + upstream, at: start, width: count)
        }
    }

    /// The mean of a row and 1/√(variance + ε), in two passes.
    @inline(__always)
    private static func statistics(
        _ x: InputBlock,
        _ width: Int,
        _ epsilon: Float
    ) -> (mean: Float, scale: Float) {
        var sum = Vector()
        forEachGroup(of: width) { start, count in sum += x.vector(at: start, width: count) }
        let mean = VectorMath.sum(sum) / Float(width)
        var squares = Vector()
        forEachGroup(of: width) { start, count in
            let centred = x.vector(at: start, width: count, filler: mean) - mean
            squares.addProduct(centred, centred)
        }
        let variance = VectorMath.sum(squares) / Float(width)
        return (mean, 1 / (variance + epsilon).squareRoot())
    }
}
