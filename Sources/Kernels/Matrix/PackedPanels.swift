internal import CIntrinsics

/// A matrix copied into panels of neighbouring columns, `[panel][row][column]`, so that register tiles read it
/// from front to back.
///
/// Panels have 32 columns; the last one has 8, 16 or 32, filled up with zeros. In bfloat16 a stored row is two
/// rows of the matrix, pair by pair.
///
/// `@unchecked Sendable` because the values are written by `init` only.
@safe
package final class PackedPanels: @unchecked Sendable {
    /// The rows of the matrix: the inner index of a product.
    let rows: Int
    /// The columns of the matrix.
    let columns: Int
    /// What the panels hold.
    let precision: PanelPrecision
    private let base: UnsafeMutablePointer<Float>

    /// The columns of a whole panel.
    static let width = 32

    /// Copies a matrix whose row index is a pair (tap, channel), as in a convolution's kernel.
    ///
    /// The value at row tap · channels + channel, column j is
    /// `values[tap + channel · channelStride + j · columnStride]`, or with the taps counted from the last one
    /// when `reversesTaps`.
    ///
    /// - Parameters:
    ///   - values: The stored matrix.
    ///   - taps: Places of the kernel; 1 for a plain matrix.
    ///   - channels: Rows per tap.
    ///   - columns: Columns.
    ///   - channelStride: From one channel to the next.
    ///   - columnStride: From one column to the next.
    ///   - reversesTaps: Whether the kernel is turned by 180°.
    ///   - precision: What to hold.
    ///   - team: The threads to use.
    @unsafe
    init(
        _ values: UnsafePointer<Float>,
        taps: Int,
        channels: Int,
        columns: Int,
        channelStride: Int,
        columnStride: Int,
        reversesTaps: Bool = false,
        precision: PanelPrecision = .float32,
        team: ThreadTeam
    ) {
        rows = taps * channels
        self.columns = columns
        self.precision = precision
        unsafe base = BufferPool.shared.takeBuffer(
            count: PackedPanels.bufferCount(rows: rows, columns: columns, precision)
        )
        let source = unsafe Source(
            values: values,
            taps: taps,
            channels: channels,
            columns: columns,
            channelStride: channelStride,
            columnStride: columnStride,
            reversesTaps: reversesTaps
        )
        switch precision {
        case .float32: unsafe copy(source, team: team)
        case .bfloat16: unsafe round(source, team: team)
        }
    }

    /// Copies all values: tasks are blocks of channels of a panel.
    @unsafe
    private func copy(_ source: Source, team: ThreadTeam) {
        let channelBlock = 32
        let channelBlocks = (source.channels + channelBlock - 1) / channelBlock
        let taskSize = source.taps * channelBlock * PackedPanels.width
        team.run(
            over: panelCount * channelBlocks,
            blockSize: max(1, (1 << 15) / max(1, taskSize))
        ) { range in
            for index in range {
                let (panel, block) = index.quotientAndRemainder(dividingBy: channelBlocks)
                let first = block * channelBlock
                unsafe source.copy(
                    channels: first..<min(first + channelBlock, source.channels),
                    columns: columns(ofPanel: panel),
                    into: base + panel * PackedPanels.width * rows,
                    width: width(ofPanel: panel)
                )
            }
        }
    }

    /// Rounds all values: tasks are panels, each copied to a place of its own and paired from there.
    @unsafe
    private func round(_ source: Source, team: ThreadTeam) {
        team.run(
            over: panelCount,
            blockSize: max(1, (1 << 15) / max(1, rows * PackedPanels.width))
        ) { range in
            let count = (rows + 1) * PackedPanels.width
            let copied = unsafe BufferPool.shared.takeBuffer(count: count)
            defer { unsafe BufferPool.shared.returnBuffer(copied, count: count) }
            for panel in range {
                let width = width(ofPanel: panel)
                for first in stride(from: 0, to: source.channels, by: 32) {
                    unsafe source.copy(
                        channels: first..<min(first + 32, source.channels),
                        columns: columns(ofPanel: panel),
                        into: copied,
                        width: width
                    )
                }
                unsafe (copied + rows * width).update(repeating: 0, count: width)
                let target = unsafe base + panel * PackedPanels.width * storedRows
                for row in 0..<storedRows {
                    let even = unsafe copied + 2 * row * width
                    unsafe RoundedRows.pair(
                        even,
                        even + width,
                        into: target + row * width,
                        count: width
                    )
                }
            }
        }
    }

    /// Copies a linear map's weight `[outputs, inputs]`, transposed.
    package convenience init(
        linear weight: Span<Float>,
        outputs: Int,
        inputs: Int,
        precision: PanelPrecision = .float32,
        team: ThreadTeam = .shared
    ) {
        precondition(weight.count == outputs * inputs, "a linear map's weight has the wrong size")
        unsafe self.init(
            weight.base,
            taps: 1,
            channels: inputs,
            columns: outputs,
            channelStride: 1,
            columnStride: inputs,
            precision: precision,
            team: team
        )
    }

    deinit {
        let count = PackedPanels.bufferCount(rows: rows, columns: columns, precision)
        unsafe BufferPool.shared.returnBuffer(base, count: count)
    }

    /// The bytes that the panels take.
    package var byteCount: Int {
        MemoryLayout<Float>.stride
            * PackedPanels.bufferCount(rows: rows, columns: columns, precision)
    }

    /// The rows as they are stored: rows of values, or of pairs.
    var storedRows: Int { PackedPanels.storedRows(rows, precision) }

    /// The number of panels.
    var panelCount: Int { (columns + PackedPanels.width - 1) / PackedPanels.width }

    /// The first value of a panel.
    @unsafe
    func panel(_ index: Int) -> UnsafePointer<Float> {
        unsafe UnsafePointer(base + index * PackedPanels.width * storedRows)
    }

    /// The stored width of a panel, which is the length of its rows.
    func width(ofPanel index: Int) -> Int {
        PackedPanels.width(ofRemaining: columns - index * PackedPanels.width)
    }

    /// The columns of the matrix that a panel has.
    private func columns(ofPanel index: Int) -> Range<Int> {
        let first = index * PackedPanels.width
        return first..<min(first + PackedPanels.width, columns)
    }

    private static func storedRows(_ rows: Int, _ precision: PanelPrecision) -> Int {
        (rows + precision.rowsPerStoredRow - 1) / precision.rowsPerStoredRow
    }

    private static func bufferCount(rows: Int, columns: Int, _ precision: PanelPrecision) -> Int {
        storedRows(rows, precision) * (columns + 31)
    }

    private static func width(ofRemaining columns: Int) -> Int {
        columns > 16 ? 32 : columns > 8 ? 16 : 8
    }

    /// The matrix as it is stored, and the ways to copy a part of it into a panel.
    @safe
    private struct Source {
        let values: UnsafePointer<Float>
        let taps: Int
        let channels: Int
        let columns: Int
        let channelStride: Int
        let columnStride: Int
        let reversesTaps: Bool

        @unsafe
        func copy(
            channels: Range<Int>,
            columns: Range<Int>,
            into panel: UnsafeMutablePointer<Float>,
            width: Int
        ) {
            if taps == 1, columnStride == 1 {
                for channel in channels {
                    let row = unsafe panel + channel * width
                    unsafe row.update(
                        from: values + channel * channelStride + columns.lowerBound,
                        count: columns.count
                    )
                    unsafe (row + columns.count).update(
                        repeating: 0,
                        count: width - columns.count
                    )
                }
            } else if channelStride == taps, channels.count == 32, columns.count % 16 == 0,
                columns.count == width
            {
                unsafe transpose(channels: channels, columns: columns, into: panel, width: width)
            } else {
                unsafe scatter(channels: channels, columns: columns, into: panel, width: width)
            }
        }

        /// Copies whole blocks where a column's taps and channels lie one after another.
        @unsafe
        private func transpose(
            channels: Range<Int>,
            columns: Range<Int>,
            into panel: UnsafeMutablePointer<Float>,
            width: Int
        ) {
            unsafe withUnsafeTemporaryAllocation(of: SIMD16<Float>.self, capacity: 16) { space in
                guard let block = space.baseAddress else { return }
                let rows = unsafe UnsafeMutableRawPointer(block).assumingMemoryBound(to: Float.self)
                for place in stride(from: 0, to: channels.count * taps, by: 16) {
                    for column in stride(from: columns.lowerBound, to: columns.upperBound, by: 16) {
                        let source =
                            unsafe values + column * columnStride + channels.lowerBound * taps
                            + place
                        let target = unsafe panel + (column - columns.lowerBound)
                        guard taps > 1 else {
                            unsafe contrast_transpose_16x16(
                                source,
                                columnStride,
                                target + (channels.lowerBound + place) * width,
                                width
                            )
                            continue
                        }
                        unsafe contrast_transpose_16x16(source, columnStride, rows, 16)
                        for row in 0..<16 {
                            let (channel, tap) = (place &+ row).quotientAndRemainder(
                                dividingBy: taps
                            )
                            let turned = reversesTaps ? taps &- 1 &- tap : tap
                            let line =
                                turned &* self.channels &+ channels.lowerBound &+ channel
                            unsafe block[row].store(target + line &* width)
                        }
                    }
                }
            }
        }

        /// Copies value by value.
        @unsafe
        private func scatter(
            channels: Range<Int>,
            columns: Range<Int>,
            into panel: UnsafeMutablePointer<Float>,
            width: Int
        ) {
            for channel in channels {
                let source =
                    unsafe values + channel &* channelStride + columns.lowerBound &* columnStride
                for tap in 0..<taps {
                    let value = unsafe source + (reversesTaps ? taps &- 1 &- tap : tap)
                    let row = unsafe panel + (tap &* self.channels &+ channel) &* width
                    for column in 0..<columns.count {
                        unsafe row[column] = value[column &* columnStride]
                    }
                    for column in columns.count..<width { unsafe row[column] = 0 }
                }
            }
        }
    }
}
