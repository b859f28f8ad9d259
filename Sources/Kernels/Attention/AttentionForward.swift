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
///   - team: The threads to use.
package func attention(
    _ extents: AttentionExtents,
    queries: Span<Float>,
    keys: Span<Float>,
    values: Span<Float>,
    into result: inout MutableSpan<Float>,
    logSumExp: inout MutableSpan<Float>,
    team: ThreadTeam = .shared
) {
    guard !queries.isEmpty else { return }
    let keyPanels = unsafe HeadPanels(transposing: keys.base, extents, team: team)
    let forward = unsafe AttentionForward(
        extents: extents,
        queries: queries.base,
        values: values.base,
        result: result.base,
        logSumExp: logSumExp.base
    )
    let blocks = extents.queryBlockCount
    let heads = extents.headCount
    team.run(
        over: extents.sampleCount * heads * blocks,
        blockSize: AttentionForward.blocksPerTask(extents)
    ) { range in
        for index in range {
            let (row, block) = index.quotientAndRemainder(dividingBy: blocks)
            let (sample, head) = row.quotientAndRemainder(dividingBy: heads)
            unsafe forward.run(
                sample: sample,
                head: head,
                queries: extents.queries(ofBlock: block),
                keyPanel: keyPanels.panel(sample: sample, head: head)
            )
        }
    }
}

/// The work of one task of an attention's forward pass.
@safe
struct AttentionForward {
    let extents: AttentionExtents
    let queries: UnsafePointer<Float>
    let values: UnsafePointer<Float>
    let result: UnsafeMutablePointer<Float>
    let logSumExp: UnsafeMutablePointer<Float>

    /// How many query blocks are worth a thread's attention together.
    static func blocksPerTask(_ extents: AttentionExtents) -> Int {
        let blocks = extents.sampleCount * extents.headCount * extents.queryBlockCount
        return max(1, (1 << 21) / max(1, 2 * extents.work / max(1, blocks)))
    }

    /// Attends from a block of queries of one head to all its keys.
    @unsafe
    func run(
        sample: Int,
        head: Int,
        queries rows: Range<Int>,
        keyPanel: UnsafePointer<Float>
    ) {
        let (dimension, width) = (extents.headDimension, extents.width)
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

        let queryBase =
            unsafe queries
            + extents.queryOffset(sample: sample, head: head, query: rows.lowerBound)
        for keys in extents.keyBlocks {
            let seen = extents.visibleCount(of: keys, query: rows.upperBound - 1)
            guard seen > 0 else { break }
            unsafe RegisterTile(
                leftRow: width,
                leftColumn: 1,
                rightStride: extents.paddedKeyCount,
                resultStride: stride,
                inner: dimension,
                accumulates: false
            ).multiply(
                rows: rows.count,
                columns: (seen + 15) & ~15,
                queryBase,
                keyPanel + keys.lowerBound,
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
            unsafe RegisterTile(
                leftRow: stride,
                leftColumn: 1,
                rightStride: width,
                resultStride: dimension,
                inner: seen,
                accumulates: true
            ).multiply(
                rows: rows.count,
                columns: dimension,
                scores,
                values + extents.keyOffset(sample: sample, head: head, key: keys.lowerBound),
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
