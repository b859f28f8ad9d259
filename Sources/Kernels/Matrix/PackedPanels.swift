/// A matrix copied into panels of neighbouring columns, `[panel][row][column]`, so that register tiles read it
/// from front to back.
///
/// Panels have 32 columns; the last one has 8, 16 or 32, filled up with zeros.
///
/// `@unchecked Sendable` because the values are written by `init` only.
@safe
package final class PackedPanels: @unchecked Sendable {
    /// The rows of the matrix: the inner index of a product.
    let rows: Int
    /// The columns of the matrix.
    let columns: Int
    private let base: UnsafeMutablePointer<Float>

    /// The columns of a whole panel.
    static let width = 32

    /// Copies a matrix whose row index is a pair (tap, channel), as in a convolution's kernel.
    ///
    /// The value at row tap · channels + channel, column j is
    /// `values[tapOffset(tap) + channel · channelStride + j · columnStride]` where the offset of a tap is the
    /// tap itself, or counted from the last one when `reversesTaps`.
    ///
    /// - Parameters:
    ///   - values: The stored matrix.
    ///   - taps: Places of the kernel; 1 for a plain matrix.
    ///   - channels: Rows per tap.
    ///   - columns: Columns.
    ///   - channelStride: From one channel to the next.
    ///   - columnStride: From one column to the next.
    ///   - reversesTaps: Whether the kernel is turned by 180°.
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
        team: ThreadTeam
    ) {
        rows = taps * channels
        self.columns = columns
        let base = unsafe BufferPool.shared.takeBuffer(count: taps * channels * (columns + 31))
        unsafe self.base = base
        let rows = taps * channels
        let channelBlock = 32
        let channelBlocks = (channels + channelBlock - 1) / channelBlock
        let panels = (columns + PackedPanels.width - 1) / PackedPanels.width
        team.run(
            over: panels * channelBlocks,
            blockSize: max(1, (1 << 15) / max(1, taps * channelBlock * PackedPanels.width))
        ) { range in
            for index in range {
                let (panel, block) = index.quotientAndRemainder(dividingBy: channelBlocks)
                let first = panel * PackedPanels.width
                let valid = min(PackedPanels.width, columns - first)
                let width = PackedPanels.width(ofRemaining: columns - first)
                let target = unsafe base + first * rows
                let channels = block * channelBlock..<min((block + 1) * channelBlock, channels)
                if taps == 1, columnStride == 1 {
                    for channel in channels {
                        let row = unsafe target + channel * width
                        unsafe row.update(
                            from: values + channel * channelStride + first,
                            count: valid
                        )
                        unsafe (row + valid).update(repeating: 0, count: width - valid)
                    }
                    continue
                }
                let channelCount = rows / taps
                for column in 0..<width {
                    for channel in channels {
                        let source =
                            unsafe values + channel &* channelStride + (first + column)
                            &* columnStride
                        for tap in 0..<taps {
                            let place = (tap &* channelCount &+ channel) &* width &+ column
                            unsafe target[place] =
                                column < valid ? source[reversesTaps ? taps - 1 - tap : tap] : 0
                        }
                    }
                }
            }
        }
    }

    deinit {
        unsafe BufferPool.shared.returnBuffer(base, count: rows * (columns + 31))
    }

    /// The number of panels.
    var panelCount: Int { (columns + PackedPanels.width - 1) / PackedPanels.width }

    /// The first value of a panel.
    @unsafe
    func panel(_ index: Int) -> UnsafePointer<Float> {
        unsafe UnsafePointer(base + index * PackedPanels.width * rows)
    }

    /// The stored width of a panel, which is the length of its rows.
    func width(ofPanel index: Int) -> Int {
        PackedPanels.width(ofRemaining: columns - index * PackedPanels.width)
    }

    private static func width(ofRemaining columns: Int) -> Int {
        columns > 16 ? 32 : columns > 8 ? 16 : 8
    }
}
