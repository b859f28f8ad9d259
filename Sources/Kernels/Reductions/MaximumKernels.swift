/// Maxima over one axis of a `[outer, middle, inner]` block.
package enum MaximumKernels {
    /// `output[o, i] = maxₘ input[o, m, i]`; not a number if any of them is.
    package static func maximum(
        _ input: Span<Float>,
        outer: Int,
        middle: Int,
        inner: Int,
        into output: inout MutableSpan<Float>
    ) {
        precondition(middle > 0, "an empty axis has no maximum")
        precondition(
            input.count == outer * middle * inner,
            "a maximum over a block of a wrong size"
        )
        precondition(output.count == outer * inner, "maxima of a wrong size")
        let (x, y) = (InputBlock(input), OutputBlock(&output))
        ThreadTeam.run(over: outer, cost: 5 + 0.2 * Double(middle * inner)) { range in
            for row in range {
                if inner == 1 {
                    y[row] = maximum(x.advanced(by: row * middle), middle)
                    continue
                }
                let (from, to) = (x.advanced(by: row * middle * inner), y.advanced(by: row * inner))
                from.copy(to: to, count: inner)
                for index in 1..<max(middle, 1) {
                    let candidates = from.advanced(by: index * inner)
                    for column in 0..<inner {
                        let (value, best) = (candidates[column], to[column])
                        if value > best || value.isNaN { to[column] = value }
                    }
                }
            }
        }
    }

    /// The largest of neighbouring values; not a number if any of them is.
    private static func maximum(_ x: InputBlock, _ count: Int) -> Float {
        var largest = SIMD16<Float>(repeating: -.infinity)
        var invalid = SIMD16<Float>()
        forEachGroup(of: count) { start, width in
            let values = x.vector(at: start, width: width, filler: -.infinity)
            largest.replace(with: values, where: values .> largest)
            invalid.replace(with: values, where: values .!= values)
        }
        let sum = VectorMath.sum(invalid)
        return sum.isNaN ? sum : VectorMath.maximum(largest)
    }
}
