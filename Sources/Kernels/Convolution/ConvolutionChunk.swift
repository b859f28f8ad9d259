/// A part of a convolution whose padded input fits into a bounded workspace: whole samples, or a strip of one.
///
/// Output pixels come in groups of four neighbours in a row, the pieces register tiles are made of. The last
/// group of a row may stick out; the padded rows are long enough for it.
@safe
struct ConvolutionChunk: ~Copyable {
    /// The samples it covers.
    let samples: Range<Int>
    /// The output rows it covers, of each sample.
    let rows: Range<Int>
    /// The padded input: `[samples, bufferRows, bufferWidth, C]`; of pairs of bfloat16 values half as many.
    private(set) var input: UnsafePointer<Float>
    /// The rows of a sample in `input`.
    let bufferRows: Int
    /// The pixels of a row in `input`.
    let bufferWidth: Int

    private let extents: ConvolutionExtents
    private let buffer: UnsafeMutablePointer<Float>?
    private let bufferCount: Int
    private var rounded: RoundedRows?
    /// The values that an element of `input` holds.
    private let valuesPerElement: Int

    /// Pads a part of the input, unless it can be used in place, and rounds it for kernels in bfloat16.
    @unsafe
    init(
        _ extents: ConvolutionExtents,
        samples: Range<Int>,
        rows: Range<Int>,
        of pictures: UnsafePointer<Float>,
        precision: PanelPrecision = .float32,
        team: ThreadTeam
    ) {
        self.extents = extents
        self.samples = samples
        self.rows = rows
        rounded = nil
        valuesPerElement = precision.rowsPerStoredRow
        guard extents.needsCopy || precision == .bfloat16 else {
            bufferRows = extents.height
            bufferWidth = extents.width
            bufferCount = 0
            unsafe buffer = nil
            let firstPixel =
                (samples.lowerBound * extents.height + rows.lowerBound * extents.stride)
                * extents.width
            unsafe input = pictures + firstPixel * extents.inputChannels
            return
        }
        bufferRows = (rows.count - 1) * extents.stride + extents.kernelHeight
        bufferWidth = extents.bufferWidth
        let rowSize = bufferWidth * extents.inputChannels
        let lineCount = samples.count * bufferRows
        bufferCount = lineCount * rowSize
        let buffer = unsafe BufferPool.shared.takeBuffer(count: bufferCount)
        unsafe self.buffer = buffer
        unsafe input = UnsafePointer(buffer)
        unsafe pad(pictures, into: buffer, team: team)
        guard precision == .bfloat16 else { return }
        let pairs = unsafe RoundedRows(buffer, rows: lineCount, columns: rowSize, team: team)
        unsafe input = pairs.base
        rounded = consume pairs
    }

    deinit {
        if let buffer = unsafe buffer {
            unsafe BufferPool.shared.returnBuffer(buffer, count: bufferCount)
        }
    }

    /// The samples and output rows of the parts of a convolution, in order.
    static func parts(
        of extents: ConvolutionExtents
    ) -> [(samples: Range<Int>, rows: Range<Int>)] {
        let rowSize = extents.bufferWidth * extents.inputChannels
        let (samples, rows) = (extents.sampleCount, extents.outputHeight)
        let sampleSize = ((rows - 1) * extents.stride + extents.kernelHeight) * rowSize
        let largest = 4 << 20
        if sampleSize <= largest || !extents.needsCopy {
            let count = extents.needsCopy ? max(1, largest / max(1, sampleSize)) : samples
            return stride(from: 0, to: samples, by: max(count, 1)).map {
                ($0..<min($0 + count, samples), 0..<rows)
            }
        }
        let count = max(1, (largest / rowSize - extents.kernelHeight) / extents.stride + 1)
        return (0..<samples).flatMap { sample in
            stride(from: 0, to: rows, by: count).map {
                (sample..<sample + 1, $0..<min($0 + count, rows))
            }
        }
    }

    /// Groups of four output pixels in a row.
    var groupsPerRow: Int { (extents.outputWidth + 3) / 4 }

    /// Groups of four output pixels in all.
    var groupCount: Int { samples.count * rows.count * groupsPerRow }

    /// Where a group's window begins in `input`, where the group begins in the output, and how many of its
    /// pixels exist.
    @inline(__always)
    func group(_ index: Int) -> (input: Int, output: Int, pixels: Int) {
        let (row, place) = index.quotientAndRemainder(dividingBy: groupsPerRow)
        let (sample, line) = row.quotientAndRemainder(dividingBy: rows.count)
        let inputPixel =
            (sample * bufferRows + line * extents.stride) * bufferWidth + 4 * place * extents.stride
        let outputRow =
            (samples.lowerBound + sample) * extents.outputHeight + rows.lowerBound + line
        return (
            inputPixel * extents.inputChannels / valuesPerElement,
            (outputRow * extents.outputWidth + 4 * place) * extents.outputChannels,
            min(4, extents.outputWidth - 4 * place)
        )
    }

    @unsafe
    private func pad(
        _ pictures: UnsafePointer<Float>,
        into buffer: UnsafeMutablePointer<Float>,
        team: ThreadTeam
    ) {
        let channels = extents.inputChannels
        let rowSize = bufferWidth * channels
        let (bufferRows, spacing, extents) = (bufferRows, extents.spacing, extents)
        let (firstRow, firstSample) = (rows.lowerBound * extents.stride, samples.lowerBound)
        team.run(
            over: samples.count * bufferRows,
            blockSize: max(1, (1 << 16) / max(1, rowSize))
        ) { range in
            for index in range {
                let (sample, line) = index.quotientAndRemainder(dividingBy: bufferRows)
                let target = unsafe buffer + index * rowSize
                let distance = firstRow + line - extents.top
                guard distance >= 0, distance % spacing == 0, distance / spacing < extents.height
                else {
                    unsafe target.update(repeating: 0, count: rowSize)
                    continue
                }
                let row = (firstSample + sample) * extents.height + distance / spacing
                let source = unsafe pictures + row * extents.width * channels
                unsafe target.update(repeating: 0, count: extents.left * channels)
                let inside = unsafe target + extents.left * channels
                let used = (extents.width - 1) * spacing + 1
                if spacing == 1 {
                    unsafe inside.update(from: source, count: extents.width * channels)
                } else {
                    unsafe inside.update(repeating: 0, count: used * channels)
                    for pixel in 0..<extents.width {
                        unsafe (inside + pixel * spacing * channels)
                            .update(from: source + pixel * channels, count: channels)
                    }
                }
                unsafe (inside + used * channels)
                    .update(repeating: 0, count: rowSize - (extents.left + used) * channels)
            }
        }
    }
}

extension ConvolutionExtents {
    /// Whether the input has to be copied: for zeros around or between, or for groups that stick out.
    fileprivate var needsCopy: Bool {
        top > 0 || bottom > 0 || left > 0 || right > 0 || spacing > 1 || outputWidth % 4 > 0
    }

    /// The pixels of a padded row, with room for the last group of four output pixels.
    fileprivate var bufferWidth: Int {
        max(paddedWidth, ((outputWidth + 3) / 4 * 4 - 1) * stride + kernelWidth)
    }
}
