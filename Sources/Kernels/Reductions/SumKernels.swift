/// Sums over one axis of a `[outer, middle, inner]` block.
///
/// The order of additions depends on the extents only. Blocks of 32 numbers are added plainly and the
/// blocks' sums with Kahan's compensation, so the error stays at a few units in the last place however
/// long the axis is.
package enum SumKernels {
    private typealias Vector = SIMD16<Float>

    /// Plain additions between two compensated ones.
    private static let blockLength = 32
    /// Longer axes are summed in pieces of this length first, which threads share.
    private static let pieceLength = 4096

    /// `output[o, i] = Σₘ input[o, m, i]`.
    package static func sum(
        _ input: Span<Float>,
        outer: Int,
        middle: Int,
        inner: Int,
        into output: inout MutableSpan<Float>
    ) {
        precondition(input.count == outer * middle * inner, "a sum over a block of a wrong size")
        precondition(output.count == outer * inner, "sums of a wrong size")
        guard output.count > 0 else { return }
        sum(InputBlock(input), outer, middle, inner, OutputBlock(&output))
    }

    private static func sum(
        _ x: InputBlock,
        _ outer: Int,
        _ middle: Int,
        _ inner: Int,
        _ y: OutputBlock
    ) {
        let limit = inner == 1 ? pieceLength * 16 : pieceLength
        guard middle > limit else {
            if inner == 1 {
                sumRows(x, outer, middle, y)
            } else {
                sumColumns(x, outer, middle, inner, y)
            }
            return
        }
        let pieces = (middle + limit - 1) / limit
        unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: outer * pieces * inner) {
            space in
            guard let base = space.baseAddress else { return }
            let partial = unsafe OutputBlock(base: base)
            let cost = 0.1 * Double(limit * inner)
            ThreadTeam.run(over: outer * pieces, cost: cost) { range in
                for index in range {
                    let (row, piece) = (index / pieces, index % pieces)
                    let start = piece * limit
                    let length = min(limit, middle - start)
                    let from = x.advanced(by: (row * middle + start) * inner)
                    sum(from, 1, length, inner, partial.advanced(by: index * inner))
                }
            }
            sum(partial.written, outer, pieces, inner, y)
        }
    }

    /// `output[o] = Σₚ partial[o, p]` for rows of `width` partial results, which `body` writes.
    static func sum(
        outer: Int = 1,
        pieces: Int,
        width: Int,
        into output: inout MutableSpan<Float>,
        writtenBy body: (_ partial: OutputBlock) -> Void
    ) {
        precondition(output.count == outer * width, "sums of a wrong size")
        let total = OutputBlock(&output)
        unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: outer * pieces * width) {
            space in
            guard let base = space.baseAddress else { return }
            let partial = unsafe OutputBlock(base: base)
            body(partial)
            sum(partial.written, outer, pieces, width, total)
        }
    }

    private static func sumRows(_ x: InputBlock, _ rows: Int, _ count: Int, _ y: OutputBlock) {
        ThreadTeam.run(over: rows, cost: 5 + 0.1 * Double(count)) { range in
            for row in range { y[row] = sumRow(x.advanced(by: row * count), count) }
        }
    }

    /// The sum of `count` neighbours.
    private static func sumRow(_ x: InputBlock, _ count: Int) -> Float {
        let vectors = count / 16
        let tail = count % 16
        var total = sumStrided(x, vectors, stride: 16)
        if tail > 0 { total += x.vector(at: vectors * 16, count: tail) }
        return VectorMath.sum(total)
    }

    private static func sumColumns(
        _ x: InputBlock,
        _ outer: Int,
        _ middle: Int,
        _ inner: Int,
        _ y: OutputBlock
    ) {
        let groups = (inner + 15) / 16
        ThreadTeam.run(over: outer * groups, cost: 1.6 * Double(middle)) { range in
            for index in range {
                let (row, group) = (index / groups, index % groups)
                let (from, to) = (x.advanced(by: row * middle * inner), y.advanced(by: row * inner))
                if inner >= 16 {
                    // The last group overlaps the one before it.
                    let column = min(group * 16, inner - 16)
                    to.store(
                        sumStrided(from.advanced(by: column), middle, stride: inner),
                        at: column
                    )
                } else {
                    sumNarrowColumns(from, middle, inner, to)
                }
            }
        }
    }

    /// The sums of sixteen neighbouring columns.
    @inline(__always)
    private static func sumStrided(_ x: InputBlock, _ count: Int, stride: Int) -> Vector {
        var (total, compensation) = (Vector(), Vector())
        var (position, remaining) = (0, count)
        while remaining > 0 {
            var block = Vector()
            for _ in 0..<min(remaining, blockLength) {
                block += x.vector(at: position)
                position &+= stride
            }
            remaining -= blockLength
            let corrected = block - compensation
            let next = total + corrected
            compensation = (next - total) - corrected
            total = next
        }
        return total
    }

    /// The sums of fewer than sixteen columns.
    private static func sumNarrowColumns(
        _ x: InputBlock,
        _ count: Int,
        _ width: Int,
        _ y: OutputBlock
    ) {
        for column in 0..<width {
            var total = 0.0
            for row in 0..<count { total += Double(x[row &* width &+ column]) }
            y[column] = Float(total)
        }
    }
}
