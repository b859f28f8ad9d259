/// The gradients of an attention; the scores are computed again, block by block.
///
/// With P the probabilities, g the gradient of the output O and D = Σ g·O of each row:
/// ∂V = Pᵀ·g, ∂P = g·Vᵀ, ∂S = P ∘ (∂P − D) · scale, ∂Q = ∂S·K, ∂K = ∂Sᵀ·Q. Each task owns a stretch of
/// keys of one head; where there are several stretches, their shares of ∂Q are added in order.
///
/// - Parameters:
///   - extents: As in the forward pass.
///   - queries: `[N, Tq, C]`.
///   - keys: `[N, Tk, C]`.
///   - values: `[N, Tk, C]`.
///   - output: O, `[N, Tq, C]`.
///   - logSumExp: From the forward pass, `[N, heads, Tq]`.
///   - upstream: g, `[N, Tq, C]`.
///   - queryGradient: `[N, Tq, C]`.
///   - keyGradient: `[N, Tk, C]`.
///   - valueGradient: `[N, Tk, C]`.
///   - team: The threads to use.
package func attentionGradients(
    _ extents: AttentionExtents,
    queries: Span<Float>,
    keys: Span<Float>,
    values: Span<Float>,
    output: Span<Float>,
    logSumExp: Span<Float>,
    upstream: Span<Float>,
    queryGradient: inout MutableSpan<Float>,
    keyGradient: inout MutableSpan<Float>,
    valueGradient: inout MutableSpan<Float>,
    team: ThreadTeam = .shared
) {
    guard !queries.isEmpty else {
        for index in keyGradient.indices { (keyGradient[index], valueGradient[index]) = (0, 0) }
        return
    }
    let keyPanels = unsafe HeadPanels(transposing: keys.base, extents, team: team)
    let valuePanels = unsafe HeadPanels(transposing: values.base, extents, team: team)
    let (valueTarget, keyTarget) = unsafe (valueGradient.base, keyGradient.base)
    let (outputBase, upstreamBase) = unsafe (output.base, upstream.base)
    unsafe AttentionBackward(
        extents: extents,
        queries: queries.base,
        keys: keys.base,
        logSumExp: logSumExp.base,
        keyGradient: keyTarget
    ).run(into: queryGradient.base, keyPanels: keyPanels, team: team) { block in
        let (width, dimension) = (extents.width, extents.headDimension)
        let stride = AttentionExtents.keyBlock
        let first = block.queryOffset
        // ∂V = Pᵀ·g
        unsafe RegisterTile(
            leftRow: 1,
            leftColumn: stride,
            rightStride: width,
            resultStride: width,
            inner: block.queries.count,
            accumulates: !block.isFirst
        ).multiply(
            rows: block.keys.count,
            columns: dimension,
            block.probabilities,
            upstreamBase + first,
            into: valueTarget + block.keyOffset
        )
        // ∂P = g·Vᵀ
        unsafe RegisterTile(
            leftRow: width,
            leftColumn: 1,
            rightStride: AttentionExtents.strip,
            resultStride: stride,
            inner: dimension,
            rightStrip: AttentionExtents.strip * dimension,
            accumulates: false
        ).multiply(
            rows: block.queries.count,
            columns: (block.keys.count + 15) & ~15,
            upstreamBase + first,
            valuePanels.strips(
                sample: block.sample,
                head: block.head,
                key: block.keys.lowerBound
            ),
            into: block.scoreGradients
        )
        for row in 0..<block.queries.count {
            let channel = first + row * width
            let mean = unsafe AttentionSoftmax.dot(
                outputBase + channel,
                upstreamBase + channel,
                count: dimension
            )
            unsafe AttentionSoftmax.differentiate(
                block.scoreGradients + row * stride,
                probabilities: block.probabilities + row * stride,
                count: block.keys.count,
                mean: mean,
                scale: extents.scale
            )
        }
    }
}

/// The walk over blocks of keys and queries that gradients of attention probabilities share.
@safe
struct AttentionBackward {
    /// One block of queries against one block of keys of one head.
    @safe
    struct Block {
        let sample: Int
        let head: Int
        let queries: Range<Int>
        let keys: Range<Int>
        /// The first query's first channel.
        let queryOffset: Int
        /// The first key's first channel.
        let keyOffset: Int
        /// Whether nothing has been added to the gradients of these keys yet.
        let isFirst: Bool
        /// `[queries, keyBlock]`, 0 where a query does not see a key.
        let probabilities: UnsafePointer<Float>
        /// `[queries, keyBlock]`, to be filled with ∂S.
        let scoreGradients: UnsafeMutablePointer<Float>
    }

    let extents: AttentionExtents
    let queries: UnsafePointer<Float>
    let keys: UnsafePointer<Float>
    let logSumExp: UnsafePointer<Float>
    let keyGradient: UnsafeMutablePointer<Float>

    /// The keys of one task: several tasks per head only where there are many keys.
    private static let stretch = 2 * AttentionExtents.keyBlock

    /// Computes ∂Q and ∂K, asking `scoreGradients` for ∂S of each block.
    @unsafe
    func run(
        into queryGradient: UnsafeMutablePointer<Float>,
        keyPanels: borrowing HeadPanels,
        team: ThreadTeam,
        scoreGradients: (Block) -> Void
    ) {
        let stretches =
            (extents.keyCount + AttentionBackward.stretch - 1) / AttentionBackward.stretch
        let heads = extents.sampleCount * extents.headCount
        let count = extents.sampleCount * extents.queryCount * extents.width
        // The first stretch writes into the result, each other one into a share of its own.
        let shares = unsafe BufferPool.shared.takeBuffer(count: (stretches - 1) * count)
        defer { unsafe BufferPool.shared.returnBuffer(shares, count: (stretches - 1) * count) }
        let isTiny = 5 * extents.work < 1 << 21
        team.run(over: heads * stretches, blockSize: isTiny ? heads * stretches : 1) { range in
            for index in range {
                let (row, stretch) = index.quotientAndRemainder(dividingBy: stretches)
                let (sample, head) = row.quotientAndRemainder(dividingBy: extents.headCount)
                let first = stretch * AttentionBackward.stretch
                let last = min(first + AttentionBackward.stretch, extents.keyCount)
                unsafe run(
                    sample: sample,
                    head: head,
                    keys: first..<last,
                    into: stretch == 0 ? queryGradient : shares + (stretch - 1) * count,
                    keyPanel: keyPanels.strips(sample: sample, head: head),
                    scoreGradients: scoreGradients
                )
            }
        }
        guard stretches > 1 else { return }
        team.run(over: count, blockSize: 1 << 14) { range in
            for share in 0..<stretches - 1 {
                let source = unsafe shares + share * count
                for index in range { unsafe queryGradient[index] += source[index] }
            }
        }
    }

    @unsafe
    private func run(
        sample: Int,
        head: Int,
        keys stretch: Range<Int>,
        into queryGradient: UnsafeMutablePointer<Float>,
        keyPanel: UnsafePointer<Float>,
        scoreGradients: (Block) -> Void
    ) {
        let (dimension, width) = (extents.headDimension, extents.width)
        let stride = AttentionExtents.keyBlock
        let area = AttentionExtents.queryBlock * stride
        let probabilities = unsafe BufferPool.shared.takeBuffer(count: 2 * area)
        defer { unsafe BufferPool.shared.returnBuffer(probabilities, count: 2 * area) }
        let gradients = unsafe probabilities + area
        for start in Swift.stride(from: stretch.lowerBound, to: stretch.upperBound, by: stride) {
            let keys = start..<min(start + stride, stretch.upperBound)
            let keyOffset = extents.keyOffset(sample: sample, head: head, key: start)
            for index in 0..<extents.queryBlockCount {
                let rows = extents.queries(ofBlock: index)
                let queryOffset = extents.queryOffset(
                    sample: sample,
                    head: head,
                    query: rows.lowerBound
                )
                unsafe computeProbabilities(
                    rows,
                    keys,
                    into: probabilities,
                    queries: queries + queryOffset,
                    keyPanel: keyPanel + start * dimension,
                    logSumExp: logSumExp + extents.statisticOffset(sample: sample, head: head)
                )
                unsafe scoreGradients(
                    Block(
                        sample: sample,
                        head: head,
                        queries: rows,
                        keys: keys,
                        queryOffset: queryOffset,
                        keyOffset: keyOffset,
                        isFirst: index == 0,
                        probabilities: probabilities,
                        scoreGradients: gradients
                    )
                )
                // ∂K = ∂Sᵀ·Q
                unsafe RegisterTile(
                    leftRow: 1,
                    leftColumn: stride,
                    rightStride: width,
                    resultStride: width,
                    inner: rows.count,
                    accumulates: index > 0
                ).multiply(
                    rows: keys.count,
                    columns: dimension,
                    gradients,
                    queries + queryOffset,
                    into: keyGradient + keyOffset
                )
                // ∂Q = ∂S·K
                unsafe RegisterTile(
                    leftRow: stride,
                    leftColumn: 1,
                    rightStride: width,
                    resultStride: width,
                    inner: keys.count,
                    accumulates: start > stretch.lowerBound
                ).multiply(
                    rows: rows.count,
                    columns: dimension,
                    gradients,
                    self.keys + keyOffset,
                    into: queryGradient + queryOffset
                )
            }
        }
    }

    /// P = e^(S − log Σ eˢ) of a block, 0 where a query does not see a key.
    @unsafe
    private func computeProbabilities(
        _ rows: Range<Int>,
        _ keys: Range<Int>,
        into probabilities: UnsafeMutablePointer<Float>,
        queries: UnsafePointer<Float>,
        keyPanel: UnsafePointer<Float>,
        logSumExp: UnsafePointer<Float>
    ) {
        let stride = AttentionExtents.keyBlock
        unsafe RegisterTile(
            leftRow: extents.width,
            leftColumn: 1,
            rightStride: AttentionExtents.strip,
            resultStride: stride,
            inner: extents.headDimension,
            rightStrip: AttentionExtents.strip * extents.headDimension,
            accumulates: false
        ).multiply(
            rows: rows.count,
            columns: (keys.count + 15) & ~15,
            queries,
            keyPanel,
            into: probabilities
        )
        for (row, query) in rows.enumerated() {
            let line = unsafe probabilities + row * stride
            let visible = extents.visibleCount(of: keys, query: query)
            for index in visible..<max(keys.count, visible) { unsafe line[index] = -.infinity }
            _ = unsafe AttentionSoftmax.exponentiate(
                line,
                count: keys.count,
                scale: extents.scale,
                shift: logSumExp[query]
            )
        }
    }
}
