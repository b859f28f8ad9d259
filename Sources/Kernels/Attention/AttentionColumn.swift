/// The softmax probability of one key per sample, for each query and head.
///
/// - Parameters:
///   - extents: Sizes and heads; not causal.
///   - queries: `[N, Tq, C]`.
///   - keys: `[N, Tk, C]`.
///   - columns: The key of each sample.
///   - probabilities: `[N, Tq, heads]`.
///   - logSumExp: `[N, heads, Tq]`.
///   - team: The threads to use.
package func attentionColumn(
    _ extents: AttentionExtents,
    queries: Span<Float>,
    keys: Span<Float>,
    columns: [Int],
    into probabilities: inout MutableSpan<Float>,
    logSumExp: inout MutableSpan<Float>,
    team: ThreadTeam = .shared
) {
    precondition(!extents.isCausal, "an attention column is not causal")
    guard !queries.isEmpty else { return }
    let keyPanels = unsafe HeadPanels(transposing: keys.base, extents, team: team)
    let (queryBase, target) = unsafe (queries.base, probabilities.base)
    let statistics = unsafe logSumExp.base
    let blocks = extents.queryBlockCount
    team.run(
        over: extents.sampleCount * extents.headCount * blocks,
        blockSize: AttentionForward.blocksPerTask(extents)
    ) { range in
        for index in range {
            let (row, block) = index.quotientAndRemainder(dividingBy: blocks)
            let (sample, head) = row.quotientAndRemainder(dividingBy: extents.headCount)
            let rows = extents.queries(ofBlock: block)
            let first = extents.queryOffset(sample: sample, head: head, query: rows.lowerBound)
            let offset = extents.statisticOffset(
                sample: sample,
                head: head,
                query: rows.lowerBound
            )
            let place = (sample * extents.queryCount + rows.lowerBound) * extents.headCount + head
            unsafe columnProbabilities(
                extents,
                queries: queryBase + first,
                rowCount: rows.count,
                keyPanel: keyPanels.strips(sample: sample, head: head),
                column: columns[sample],
                into: target + place,
                logSumExp: statistics + offset
            )
        }
    }
}

/// One key's probabilities for a block of queries of one head.
@unsafe
private func columnProbabilities(
    _ extents: AttentionExtents,
    queries: UnsafePointer<Float>,
    rowCount: Int,
    keyPanel: UnsafePointer<Float>,
    column: Int,
    into probabilities: UnsafeMutablePointer<Float>,
    logSumExp: UnsafeMutablePointer<Float>
) {
    let stride = AttentionExtents.keyBlock
    let block = AttentionExtents.queryBlock
    let size = block * (stride + 3)
    let scores = unsafe BufferPool.shared.takeBuffer(count: size)
    defer { unsafe BufferPool.shared.returnBuffer(scores, count: size) }
    let maxima = unsafe scores + block * stride
    let (totals, chosen) = unsafe (maxima + block, maxima + 2 * block)
    unsafe maxima.update(repeating: -.infinity, count: block)
    unsafe totals.update(repeating: 0, count: block)
    for keys in extents.keyBlocks {
        unsafe RegisterTile(
            leftRow: extents.width,
            leftColumn: 1,
            rightStride: AttentionExtents.strip,
            resultStride: stride,
            inner: extents.headDimension,
            rightStrip: AttentionExtents.strip * extents.headDimension,
            accumulates: false
        ).multiply(
            rows: rowCount,
            columns: (keys.count + 15) & ~15,
            queries,
            keyPanel + keys.lowerBound * extents.headDimension,
            into: scores
        )
        for row in 0..<rowCount {
            let line = unsafe scores + row * stride
            if keys.contains(column) {
                unsafe chosen[row] = line[column - keys.lowerBound] * extents.scale
            }
            let old = unsafe maxima[row]
            let new = max(
                old,
                unsafe AttentionSoftmax.maximum(line, count: keys.count, scale: extents.scale)
            )
            let total = unsafe AttentionSoftmax.exponentiate(
                line,
                count: keys.count,
                scale: extents.scale,
                shift: new
            )
            unsafe totals[row] = totals[row] * AttentionSoftmax.exponential(old - new) + total
            unsafe maxima[row] = new
        }
    }
    for row in 0..<rowCount {
        let probability =
            unsafe AttentionSoftmax.exponential(chosen[row] - maxima[row]) / totals[row]
        unsafe probabilities[row * extents.headCount] = probability
        unsafe logSumExp[row] =
            maxima[row] + VectorMath.logarithm(SIMD16(repeating: totals[row]))[0]
    }
}

/// The gradients of `attentionColumn`.
///
/// With p the probability of key c, P those of all keys and g the gradient of p:
/// ∂S = g · p · (δ_c − P) · scale, ∂Q = ∂S·K, ∂K = ∂Sᵀ·Q.
///
/// - Parameters:
///   - extents: As in the forward pass.
///   - queries: `[N, Tq, C]`.
///   - keys: `[N, Tk, C]`.
///   - columns: The key of each sample.
///   - probabilities: From the forward pass, `[N, Tq, heads]`.
///   - logSumExp: From the forward pass, `[N, heads, Tq]`.
///   - upstream: `[N, Tq, heads]`.
///   - queryGradient: `[N, Tq, C]`.
///   - keyGradient: `[N, Tk, C]`.
///   - team: The threads to use.
package func attentionColumnGradients(
    _ extents: AttentionExtents,
    queries: Span<Float>,
    keys: Span<Float>,
    columns: [Int],
    probabilities: Span<Float>,
    logSumExp: Span<Float>,
    upstream: Span<Float>,
    queryGradient: inout MutableSpan<Float>,
    keyGradient: inout MutableSpan<Float>,
    team: ThreadTeam = .shared
) {
    guard !queries.isEmpty else {
        for index in keyGradient.indices { keyGradient[index] = 0 }
        return
    }
    let keyPanels = unsafe HeadPanels(transposing: keys.base, extents, team: team)
    let (chosen, upstreamBase) = unsafe (probabilities.base, upstream.base)
    unsafe AttentionBackward(
        extents: extents,
        queries: queries.base,
        keys: keys.base,
        logSumExp: logSumExp.base,
        keyGradient: keyGradient.base
    ).run(into: queryGradient.base, keyPanels: keyPanels, team: team) { block in
        let stride = AttentionExtents.keyBlock
        let column = columns[block.sample]
        for (row, query) in block.queries.enumerated() {
            let place =
                (block.sample * extents.queryCount + query) * extents.headCount + block.head
            let weight = unsafe upstreamBase[place] * chosen[place] * extents.scale
            let line = unsafe block.scoreGradients + row * stride
            let source = unsafe block.probabilities + row * stride
            for index in 0..<block.keys.count { unsafe line[index] = -weight * source[index] }
            if block.keys.contains(column) {
                unsafe line[column - block.keys.lowerBound] += weight
            }
        }
    }
}
