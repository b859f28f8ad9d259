/// Softmax along rows.
package enum SoftmaxKernels {
    private typealias Vector = SIMD16<Float>

    /// `output[r, i] = e^(x[r, i] − max) / Σⱼ e^(x[r, j] − max)` for rows of `width` values.
    package static func softmax(
        _ input: Span<Float>,
        width: Int,
        into output: inout MutableSpan<Float>
    ) {
        precondition(input.count == output.count && input.count.isMultiple(of: width))
        let (x, y) = (InputBlock(input), OutputBlock(&output))
        ThreadTeam.run(over: input.count / width, cost: 10 + 0.8 * Double(width)) { rows in
            for row in rows {
                softmaxRow(x.advanced(by: row * width), y.advanced(by: row * width), width)
            }
        }
    }

    private static func softmaxRow(_ x: InputBlock, _ y: OutputBlock, _ width: Int) {
        var largest = Vector(repeating: -.infinity)
        forEachGroup(of: width) { start, count in
            let values = x.vector(at: start, width: count, filler: -.infinity)
            largest = VectorMath.maximum(values, largest)
        }
        let shift = VectorMath.maximum(largest)
        var total = Vector()
        forEachGroup(of: width) { start, count in
            let values = x.vector(at: start, width: count, filler: -.infinity)
            let exponentials = VectorMath.exponential(values - shift)
            total += exponentials
            y.store(exponentials, at: start, width: count)
        }
        let scale = 1 / VectorMath.sum(total)
        forEachGroup(of: width) { start, count in
            y.store(y.written.vector(at: start, width: count) * scale, at: start, width: count)
        }
    }

    /// `output = y (g − Σⱼ gⱼ yⱼ)` for each row of values `y` and their gradient `g`.
    package static func gradient(
        values: Span<Float>,
        upstream: Span<Float>,
        width: Int,
        into output: inout MutableSpan<Float>
    ) {
        precondition(values.count == output.count && upstream.count == output.count)
        let (y, g, d) = (InputBlock(values), InputBlock(upstream), OutputBlock(&output))
        ThreadTeam.run(over: output.count / width, cost: 10 + 0.3 * Double(width)) { rows in
            for row in rows {
                let (y, g) = (y.advanced(by: row * width), g.advanced(by: row * width))
                let d = d.advanced(by: row * width)
                var products = Vector()
                forEachGroup(of: width) { start, count in
                    let values = y.vector(at: start, width: count)
                    products.addProduct(g.vector(at: start, width: count), values)
                }
                let mean = VectorMath.sum(products)
                forEachGroup(of: width) { start, count in
                    let difference = g.vector(at: start, width: count) - mean
                    d.store(y.vector(at: start, width: count) * difference, at: start, width: count)
                }
            }
        }
    }
}
