/// y[n, i, j, o] = b[o] + Σ x[n, i·s + u, j·s + v, c] · w[o, c, u, v] over the padded input.
///
/// Register tiles read the padded input in place: a row of the kernel meets neighbouring pixels, which lie
/// one after another, so no window is ever copied out.
///
/// - Parameters:
///   - extents: Sizes, stride, padding.
///   - input: `[N, H, W, C]`.
///   - kernel: The packed weights.
///   - bias: `[out]`.
///   - result: `[N, H', W', out]`.
///   - team: The threads to use.
package func convolution2d(
    _ extents: ConvolutionExtents,
    input: Span<Float>,
    kernel: ConvolutionKernel,
    bias: Span<Float>? = nil,
    into result: inout MutableSpan<Float>,
    team: ThreadTeam = .shared
) {
    guard !result.isEmpty else { return }
    var biasBase: UnsafePointer<Float>?
    if let bias { unsafe biasBase = bias.base }
    if WinogradConvolution.suits(extents, kernel.panels.precision) {
        unsafe WinogradConvolution(
            extents,
            panels: kernel.panels,
            bias: biasBase,
            result: result.base
        ).run(input.base, team: team)
        return
    }
    let convolution = unsafe Convolution2d(
        extents: extents,
        panels: kernel.panels,
        bias: biasBase,
        result: result.base
    )
    for part in ConvolutionChunk.parts(of: extents) {
        let chunk = unsafe ConvolutionChunk(
            extents,
            samples: part.samples,
            rows: part.rows,
            of: input.base,
            precision: kernel.panels.precision,
            team: team
        )
        unsafe convolution.run(chunk, team: team)
    }
}

/// The gradient of a convolution's input.
///
/// - Parameters:
///   - extents: The convolution's.
///   - upstream: The gradient of its output, `[N, H', W', out]`.
///   - kernel: The weights, packed by `init(transposing:)`.
///   - result: `[N, H, W, C]`.
///   - team: The threads to use.
package func convolution2dInputGradient(
    _ extents: ConvolutionExtents,
    upstream: Span<Float>,
    kernel: ConvolutionKernel,
    into result: inout MutableSpan<Float>,
    team: ThreadTeam = .shared
) {
    convolution2d(extents.transposed, input: upstream, kernel: kernel, into: &result, team: team)
}

/// The work on one chunk of a convolution.
@safe
private struct Convolution2d {
    let extents: ConvolutionExtents
    let panels: PackedPanels
    let bias: UnsafePointer<Float>?
    let result: UnsafeMutablePointer<Float>

    /// Multiplications and additions of a task: about 50 µs.
    private static let taskWork = 8 << 20
    /// Groups of a task at most, so that its input stays in the second-level cache.
    private static let largestGroups = 96

    /// Computes a chunk's output pixels: tasks are blocks of pixels times ranges of panels.
    @unsafe
    func run(_ chunk: borrowing ConvolutionChunk, team: ThreadTeam) {
        let groupWork = 8 * panels.storedRows * PackedPanels.width
        let groupBlock =
            max(3, min(Convolution2d.taskWork / groupWork, Convolution2d.largestGroups)) / 3 * 3
        let panelBlock = max(1, min(8, Convolution2d.taskWork / (groupBlock * groupWork)))
        let groupBlocks = (chunk.groupCount + groupBlock - 1) / groupBlock
        let panelBlocks = (panels.panelCount + panelBlock - 1) / panelBlock
        let tasks = groupBlocks * panelBlocks
        let isTiny = chunk.groupCount * groupWork * panels.panelCount < 1 << 21
        team.run(over: tasks, blockSize: isTiny ? tasks : 1) { range in
            for task in range {
                let (block, first) = task.quotientAndRemainder(dividingBy: panelBlocks)
                let groups =
                    block * groupBlock..<min((block + 1) * groupBlock, chunk.groupCount)
                let last = min((first + 1) * panelBlock, panels.panelCount)
                for panel in first * panelBlock..<last {
                    switch panels.precision {
                    case .float32: unsafe compute(FloatColumns.self, chunk, groups, panel)
                    case .bfloat16: unsafe compute(PairColumns.self, chunk, groups, panel)
                    }
                }
            }
        }
    }

    /// Computes some groups of pixels with the columns that a panel has.
    @unsafe
    private func compute<Family: ColumnFamily>(
        _: Family.Type,
        _ chunk: borrowing ConvolutionChunk,
        _ groups: Range<Int>,
        _ panel: Int
    ) {
        switch panels.width(ofPanel: panel) {
        case 32: unsafe compute(Family.Wide.self, chunk, groups, panel)
        case 16: unsafe compute(Family.Vector.self, chunk, groups, panel)
        default: unsafe compute(Family.Half.self, chunk, groups, panel)
        }
    }

    /// Computes some groups of pixels for one panel of output channels.
    @unsafe
    private func compute<Columns: TileColumns>(
        _: Columns.Type,
        _ chunk: borrowing ConvolutionChunk,
        _ groups: Range<Int>,
        _ panel: Int
    ) {
        let channel = panel * PackedPanels.width
        let valid = min(Columns.count, extents.outputChannels - channel)
        let right = unsafe panels.panel(panel)
        let target = unsafe result + channel
        // Of a pixel: values, or pairs of values.
        let pixelSize = extents.inputChannels / panels.precision.rowsPerStoredRow
        let runLength = extents.kernelWidth * pixelSize
        var tile = unsafe RegisterTile(
            leftRow: extents.stride * pixelSize,
            leftColumn: 1,
            rightStride: Columns.count,
            resultStride: extents.outputChannels,
            inner: runLength,
            runs: extents.kernelHeight,
            leftRun: chunk.bufferWidth * pixelSize,
            rightRun: runLength * Columns.count,
            accumulates: false
        )
        let start = unsafe bias.map { unsafe $0 + channel }
        // A panel that overflows half the second-level cache is used row of the kernel by row.
        let passes = panels.storedRows * Columns.count > 1 << 17 ? extents.kernelHeight : 1
        tile.runs = extents.kernelHeight / passes
        for pass in 0..<passes {
            let shift = pass * tile.leftRun
            let right = unsafe right + pass * tile.rightRun
            var index = groups.lowerBound
            while index < groups.upperBound {
                let groupCount = min(3, groups.upperBound - index)
                let places = (
                    chunk.group(index), chunk.group(min(index + 1, groups.upperBound - 1)),
                    chunk.group(min(index + 2, groups.upperBound - 1))
                )
                index += groupCount
                let isWhole =
                    groupCount == 3 && valid == Columns.count && places.0.pixels == 4
                    && places.1.pixels == 4 && places.2.pixels == 4
                guard isWhole else {
                    if pass == 0 {
                        let places = [places.0, places.1, places.2].prefix(groupCount)
                        unsafe computePartial(
                            Columns.self,
                            tile,
                            chunk,
                            Array(places),
                            panels.panel(panel),
                            channel
                        )
                    }
                    continue
                }
                let left = unsafe chunk.input + shift
                unsafe tile.twelveRows(
                    Columns.self,
                    left + places.0.input,
                    left + places.1.input,
                    left + places.2.input,
                    right,
                    target + places.0.output,
                    target + places.1.output,
                    target + places.2.output,
                    bias: start
                )
            }
            tile.accumulates = true
        }
    }

    /// Computes up to three groups into a place of their own and copies the pixels and channels that exist.
    @inline(never)
    @unsafe
    private func computePartial<Columns: TileColumns>(
        _: Columns.Type,
        _ wholeTile: RegisterTile,
        _ chunk: borrowing ConvolutionChunk,
        _ places: [(input: Int, output: Int, pixels: Int)],
        _ right: UnsafePointer<Float>,
        _ channel: Int
    ) {
        let valid = min(Columns.count, extents.outputChannels - channel)
        var tile = wholeTile
        tile.runs = extents.kernelHeight
        tile.resultStride = Columns.count
        tile.accumulates = false
        unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: 12 * Columns.count) {
            space in
            guard let rows = space.baseAddress else { return }
            let left = unsafe chunk.input
            if places.count == 3 {
                unsafe tile.twelveRows(
                    Columns.self,
                    left + places[0].input,
                    left + places[1].input,
                    left + places[2].input,
                    right,
                    rows,
                    rows + 4 * Columns.count,
                    rows + 8 * Columns.count,
                    bias: nil
                )
            } else {
                for (index, place) in places.enumerated() {
                    unsafe tile.fourRows(
                        Columns.self,
                        left + place.input,
                        right,
                        rows + 4 * index * Columns.count,
                        bias: nil
                    )
                }
            }
            for (index, place) in places.enumerated() {
                for pixel in 0..<place.pixels {
                    let source = unsafe rows + (4 * index + pixel) * Columns.count
                    let target =
                        unsafe result + place.output + pixel * extents.outputChannels + channel
                    for column in 0..<valid {
                        let start = unsafe bias.map { unsafe $0[channel + column] } ?? 0
                        unsafe target[column] = start + source[column]
                    }
                }
            }
        }
    }
}
