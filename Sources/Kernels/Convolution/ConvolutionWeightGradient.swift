/// The gradient of a convolution's weights: ∂w[o, c, u, v] = Σ ∂y[n, i, j, o] · x[n, i·s + u, j·s + v, c].
///
/// Each task owns some output channels of one row of the kernel and walks over all pixels in order, in blocks
/// that stay in the caches.
///
/// - Parameters:
///   - extents: The convolution's.
///   - input: `[N, H, W, C]`.
///   - upstream: `[N, H', W', out]`.
///   - result: `[out, C, rows, columns]`.
///   - team: The threads to use.
package func convolution2dWeightGradient(
    _ extents: ConvolutionExtents,
    input: Span<Float>,
    upstream: Span<Float>,
    into result: inout MutableSpan<Float>,
    team: ThreadTeam = .shared
) {
    guard !result.isEmpty else { return }
    let (outputs, channels) = (extents.outputChannels, extents.inputChannels)
    let rowCount = extents.kernelWidth * channels
    // [kernel row][out][kernel column][C], the order in which the products come.
    let count = outputs * extents.taps * channels
    let sums = unsafe BufferPool.shared.takeBuffer(count: count)
    defer { unsafe BufferPool.shared.returnBuffer(sums, count: count) }
    let outputBlock = 24
    let outputBlocks = (outputs + outputBlock - 1) / outputBlock
    let tasks = extents.kernelHeight * outputBlocks
    let upstreamBase = unsafe upstream.base
    let blockRows = max(1, 256 / extents.outputWidth)
    for (index, part) in ConvolutionChunk.parts(of: extents).enumerated() {
        let chunk = unsafe ConvolutionChunk(
            extents,
            samples: part.samples,
            rows: part.rows,
            of: input.base,
            team: team
        )
        let isTiny = extents.work < 1 << 21
        team.run(over: tasks, blockSize: isTiny ? tasks : 1) { range in
            for task in range {
                let (kernelRow, block) = task.quotientAndRemainder(dividingBy: outputBlocks)
                let first = block * outputBlock
                let target = unsafe sums + (kernelRow * outputs + first) * rowCount
                var tile = unsafe RegisterTile(
                    leftRow: 1,
                    leftColumn: outputs,
                    rightStride: extents.stride * channels,
                    resultStride: rowCount,
                    inner: extents.outputWidth,
                    leftRun: extents.outputWidth * outputs,
                    rightRun: extents.stride * chunk.bufferWidth * channels,
                    accumulates: index > 0
                )
                for sample in 0..<part.samples.count {
                    for line in stride(from: 0, to: part.rows.count, by: blockRows) {
                        tile.runs = min(blockRows, part.rows.count - line)
                        let outputRow =
                            (part.samples.lowerBound + sample) * extents.outputHeight
                            + part.rows.lowerBound + line
                        let inputRow =
                            sample * chunk.bufferRows + line * extents.stride + kernelRow
                        unsafe tile.multiply(
                            rows: min(outputBlock, outputs - first),
                            columns: rowCount,
                            upstreamBase + outputRow * extents.outputWidth * outputs + first,
                            chunk.input + inputRow * chunk.bufferWidth * channels,
                            into: target
                        )
                        tile.accumulates = true
                    }
                }
            }
        }
    }
    let resultBase = unsafe result.base
    team.run(over: outputs, blockSize: max(1, (1 << 15) / (extents.taps * channels))) { range in
        for output in range {
            for tap in 0..<extents.taps {
                let (row, column) = tap.quotientAndRemainder(dividingBy: extents.kernelWidth)
                let source =
                    unsafe sums + (row * outputs + output) * rowCount + column * channels
                let target = unsafe resultBase + output * channels * extents.taps + tap
                for channel in 0..<channels {
                    unsafe target[channel &* extents.taps] = source[channel]
                }
            }
        }
    }
}
