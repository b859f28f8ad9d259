/// softmax(Q·Kᵀ/√d)·V per head, for blocks of queries, never storing the scores.
///
/// Each task owns a block of queries of one head and walks over the keys, keeping the running maximum and
/// sum of each row (Milakov, Gimelshein 2018; Dao et al. 2022, FlashAttention).
///
/// - Parameters:
///   - extents: Sizes, heads, causality.
///   - queries: `[N, Tq, C]`.
///   - keys: `[N, Tk, C]`.
///   - values: `[N, Tk, C]`.
///   - result: `[N, Tq, C]`.
///   - logSumExp: `[N, heads, Tq]`: what turns scores into probabilities when gradients need them again.
///   - precision: What the products take; heads with an odd number of channels take float32.
///   - team: The threads to use.
package func attention(
    _ extents: AttentionExtents,
    queries: Span<Float>,
    keys: Span<Float>,
    values: Span<Float>,
    into result: inout MutableSpan<Float>,
    logSumExp: inout MutableSpan<Float>,
    precision: PanelPrecision = .float32,
    team: ThreadTeam = .shared
) {
    guard !queries.isEmpty else { return }
    let forward = unsafe AttentionForward(
        extents: extents,
        queries: queries.base,
        result: result.base,
        logSumExp: logSumExp.base
    )
    if precision == .bfloat16, PairedHeads.suit(extents) {
        let heads = unsafe PairedHeads(
            keys: keys.base,
            values: values.base,
            extents,
            team: team
        )
        let pairCount = extents.headDimension / 2
        let block = AttentionExtents.queryBlock
        forEachBlock(extents, team: team) { sample, head, queries in
            let size = block * (pairCount + AttentionExtents.keyBlock / 2)
            let rounded = unsafe BufferPool.shared.takeBuffer(count: size)
            defer { unsafe BufferPool.shared.returnBuffer(rounded, count: size) }
            unsafe forward.round(queries, sample: sample, head: head, into: rounded)
            unsafe forward.run(
                PairColumns.self,
                sample: sample,
                head: head,
                queries: queries,
                AttentionForward.Sides(
                    queries: UnsafePointer(rounded),
                    queryStride: pairCount,
                    keys: heads.keys(sample: sample, head: head),
                    probabilities: rounded + block * pairCount,
                    values: heads.values(sample: sample, head: head),
                    valueStride: extents.headDimension
                )
            )
        }
        return
    }
    let keyPanels = unsafe HeadPanels(transposing: keys.base, extents, team: team)
    let (queryBase, valueBase) = unsafe (queries.base, values.base)
    forEachBlock(extents, team: team) { sample, head, queries in
        let first = queries.lowerBound
        unsafe forward.run(
            FloatColumns.self,
            sample: sample,
            head: head,
            queries: queries,
            AttentionForward.Sides(
                queries: queryBase + extents.queryOffset(sample: sample, head: head, query: first),
                queryStride: extents.width,
                keys: keyPanels.strips(sample: sample, head: head),
                probabilities: nil,
                values: valueBase + extents.keyOffset(sample: sample, head: head),
                valueStride: extents.width
            )
        )
    }
}

/// Calls `body` for every block of queries of every head, on several threads at a time.
private func forEachBlock(
    _ extents: AttentionExtents,
    team: ThreadTeam,
    _ body: (_ sample: Int, _ head: Int, _ queries: Range<Int>) -> Void
) {
    let blocks = extents.queryBlockCount
    let heads = extents.headCount
    team.run(
        over: extents.sampleCount * heads * blocks,
        blockSize: AttentionForward.blocksPerTask(extents)
    ) { range in
        for index in range {
            let (row, block) = index.quotientAndRemainder(dividingBy: blocks)
            let (sample, head) = row.quotientAndRemainder(dividingBy: heads)
            body(sample, head, extents.queries(ofBlock: block))
        }
    }
}

/// The work of one task of an attention's forward pass.
@safe
struct AttentionForward {
    let extents: AttentionExtents
    let queries: UnsafePointer<Float>
    let result: UnsafeMutablePointer<Float>
    let logSumExp: UnsafeMutablePointer<Float>

    /// What a block of queries of one head is multiplied with, as values or as pairs.
    @safe
    struct Sides {
        /// The block's queries.
        let queries: UnsafePointer<Float>
        /// From one query to the next.
        let queryStride: Int
        /// The head's keys as columns, in strips.
        let keys: UnsafePointer<Float>
        /// Where probabilities become pairs; `nil` for values.
        let probabilities: UnsafeMutablePointer<Float>?
        /// The head's values, or pairs of rows of them.
        let values: UnsafePointer<Float>
        /// From one row of `values` to the next.
        let valueStride: Int
    }

    /// Rounds a block of queries of one head into pairs.
    @unsafe
    func round(
        _ rows: Range<Int>,
        sample: Int,
        head: Int,
        into pairs: UnsafeMutablePointer<Float>
    ) {
        let dimension = extents.headDimension
        for (row, query) in rows.enumerated() {
            unsafe RoundedRows.round(
                queries + extents.queryOffset(sample: sample, head: head, query: query),
                into: pairs + row * dimension / 2,
                count: dimension
            )
        }
    }

    /// How many query blocks are worth a thread's attention together.
    static func blocksPerTask(_ extents: AttentionExtents) -> Int {
        let blocks = extents.sampleCount * extents.headCount * extents.queryBlockCount
        return max(1, (1 << 21) / max(1, 2 * extents.work / max(1, blocks)))
    }

    /// Attends from a block of queries of one head to all its keys.
    @unsafe
    func run<Columns: ColumnFamily>(
        _: Columns.Type,
        sample: Int,
        head: Int,
        queries rows: Range<Int>,
        _ sides: Sides
    ) {
        let dimension = extents.headDimension
        let perElement = unsafe sides.probabilities == nil ? 1 : 2
        let stride = AttentionExtents.keyBlock
        let block = AttentionExtents.queryBlock
        let size = block * (stride + dimension + 2)
        let scores = unsafe BufferPool.shared.takeBuffer(count: size)
        defer { unsafe BufferPool.shared.returnBuffer(scores, count: size) }
        let sums = unsafe scores + block * stride
        let (maxima, totals) = unsafe (sums + block * dimension, sums + block * (dimension + 1))
        unsafe sums.update(repeating: 0, count: rows.count * dimension)
        unsafe maxima.update(repeating: -.infinity, count: block)
        unsafe totals.update(repeating: 0, count: block)

        for keys in extents.keyBlocks {
            let seen = extents.visibleCount(of: keys, query: rows.upperBound - 1)
            guard seen > 0 else { break }
            unsafe RegisterTile(
                leftRow: sides.queryStride,
                leftColumn: 1,
                rightStride: AttentionExtents.strip,
                resultStride: stride,
                inner: dimension / perElement,
                rightStrip: AttentionExtents.strip * dimension / perElement,
                accumulates: false
            ).multiply(
                Columns.self,
                rows: rows.count,
                columns: (seen + 15) & ~15,
                sides.queries,
                sides.keys + keys.lowerBound * dimension / perElement,
                into: scores
            )
            for (row, query) in rows.enumerated() {
                let line = unsafe scores + row * stride
                let visible = extents.visibleCount(of: keys, query: query)
                guard visible > 0 else {
                    unsafe line.update(repeating: 0, count: seen)
                    continue
                }
                let old = unsafe maxima[row]
                let new = max(
                    old,
                    unsafe AttentionSoftmax.maximum(line, count: visible, scale: extents.scale)
                )
                let total = unsafe AttentionSoftmax.exponentiate(
                    line,
                    count: visible,
                    scale: extents.scale,
                    shift: new
                )
                for index in visible..<max(seen, visible) { unsafe line[index] = 0 }
                unsafe maxima[row] = new
                guard old != new, old != -.infinity else {
                    unsafe totals[row] += total
                    continue
                }
                let factor = AttentionSoftmax.exponential(old - new)
                unsafe totals[row] = totals[row] * factor + total
                let sum = unsafe sums + row * dimension
                for channel in 0..<dimension { unsafe sum[channel] *= factor }
            }
            var left = unsafe UnsafePointer(scores)
            if let pairs = unsafe sides.probabilities {
                for row in 0..<rows.count {
                    unsafe RoundedRows.round(
                        scores + row * stride,
                        into: pairs + row * stride / 2,
                        count: seen
                    )
                }
                unsafe left = UnsafePointer(pairs)
            }
            unsafe RegisterTile(
                leftRow: stride / perElement,
                leftColumn: 1,
                rightStride: sides.valueStride,
                resultStride: dimension,
                inner: (seen + perElement - 1) / perElement,
                accumulates: true
            ).multiply(
                Columns.self,
                rows: rows.count,
                columns: dimension,
                left,
                sides.values + keys.lowerBound / perElement * sides.valueStride,
                into: sums
            )
        }

        for (row, query) in rows.enumerated() {
            let target =
                unsafe result + extents.queryOffset(sample: sample, head: head, query: query)
            let factor = unsafe 1 / totals[row]
            let sum = unsafe sums + row * dimension
            for channel in 0..<dimension { unsafe target[channel] = sum[channel] * factor }
            unsafe logSumExp[
                extents.statisticOffset(sample: sample, head: head, query: query)
            ] =
                maxima[row] + VectorMath.logarithm(SIMD16(repeating: totals[row]))[0]
        }
    }
}
