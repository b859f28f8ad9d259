/// Rows scaled to length one.
package enum UnitLengthKernels {
    private typealias Vector = SIMD16<Float>

    /// `output = x / (‖x‖ + ε)` for each row of `width` values.
    package static func normalize(
        _ input: Span<Float>,
        width: Int,
        epsilon: Float,
        into output: inout MutableSpan<Float>
    ) {
        precondition(input.count == output.count && input.count.isMultiple(of: width))
        let (x, y) = (InputBlock(input), OutputBlock(&output))
        ThreadTeam.run(over: input.count / width, cost: 10 + 0.2 * Double(width)) { rows in
            for row in rows {
                let (x, y) = (x.advanced(by: row * width), y.advanced(by: row * width))
                let scale = 1 / (product(x, x, width).squareRoot() + epsilon)
                forEachGroup(of: width) { start, count in
                    y.store(x.vector(at: start, width: count) * scale, at: start, width: count)
                }
            }
        }
    }

    /// `output = g / (‖x‖ + ε) − x (x · g) / (‖x‖ (‖x‖ + ε)²)` for each row.
    package static func gradient(
        of input: Span<Float>,
        upstream: Span<Float>,
        width: Int,
        epsilon: Float,
        into output: inout MutableSpan<Float>
    ) {
        precondition(input.count == output.count && upstream.count == output.count)
        let (x, g, d) = (InputBlock(input), InputBlock(upstream), OutputBlock(&output))
        ThreadTeam.run(over: output.count / width, cost: 10 + 0.4 * Double(width)) { rows in
            for row in rows {
                let (x, g) = (x.advanced(by: row * width), g.advanced(by: row * width))
                let d = d.advanced(by: row * width)
                let length = product(x, x, width).squareRoot()
                let scale = 1 / (length + epsilon)
                // At the origin the direction is undefined and only the first term is left.
                let along = length > 0 ? product(x, g, width) / length * scale * scale : 0
                forEachGroup(of: width) { start, count in
                    let across = g.vector(at: start, width: count) * scale
                    let result = across.addingProduct(x.vector(at: start, width: count), -along)
                    d.store(result, at: start, width: count)
                }
            }
        }
    }

    /// The scalar product of two rows.
    @inline(__always)
    private static func product(_ a: InputBlock, _ b: InputBlock, _ width: Int) -> Float {
        var total = Vector()
        forEachGroup(of: width) { start, count in
            total.addProduct(a.vector(at: start, width: count), b.vector(at: start, width: count))
        }
        return VectorMath.sum(total)
    }
}
