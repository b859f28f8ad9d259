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
        ThreadTeam.run(over: outer, cost: Double(middle * inner)) { range in
            for row in range {
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
}
