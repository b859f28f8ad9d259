/// A convolution by Winograd's F(4 × 4, 3 × 3): a quarter of the multiplications of the plain one.
///
/// The input's tiles are transformed once. Each task then takes a panel of output channels, transforms its
/// part of the kernel piece by piece into the second-level cache, multiplies, and transforms back. Keeping the
/// transformed kernel instead would save a few per cent of the time for four times the memory.
///
/// Panels of bfloat16 are widened on the way: the weights are rounded, what is computed with them is float32.
///
/// In float32 the outcome differs from the plain one by about 1e-5 of its largest value. It does not depend on
/// the batch, on how work is split or on the number of threads.
@safe
struct WinogradConvolution {
    private let tiles: WinogradTiles
    private let panels: PackedPanels
    private let bias: UnsafePointer<Float>?
    private let result: UnsafeMutablePointer<Float>

    /// Input channels whose transformed kernel is kept at a time: six products' worth is a fifth of a
    /// second-level cache.
    private static let channelBlock = 256
    /// Values of a block of transformed input: a share of the third-level cache.
    private static let largestInput = 3 << 20
    /// Tiles of a task at most. More spare transforms of the kernel, fewer keep the products in a cache.
    private static let largestTask = 384

    /// Whether the algorithm can do a convolution, and faster than the plain one. Depends on one sample's
    /// extents only, so that a picture comes out the same alone or in a batch.
    ///
    /// Few pixels do not pay for transforming the kernel where pairs make the plain one twice as fast.
    static func suits(_ extents: ConvolutionExtents, _ precision: PanelPrecision) -> Bool {
        let smallestSide = precision == .float32 ? 8 : 12
        return extents.kernelHeight == 3 && extents.kernelWidth == 3 && extents.stride == 1
            && extents.spacing == 1 && extents.inputChannels % 16 == 0
            && extents.inputChannels >= 32 && extents.outputHeight >= smallestSide
            && extents.outputWidth >= smallestSide
    }

    /// Describes a convolution into `result` with packed weights that a plain convolution could use too.
    @unsafe
    init(
        _ extents: ConvolutionExtents,
        panels: PackedPanels,
        bias: UnsafePointer<Float>?,
        result: UnsafeMutablePointer<Float>
    ) {
        tiles = WinogradTiles(extents: extents)
        self.panels = panels
        unsafe self.bias = bias
        unsafe self.result = result
    }

    private var channels: Int { tiles.extents.inputChannels }

    /// Computes all tiles, block by block.
    @unsafe
    func run(_ pictures: UnsafePointer<Float>, team: ThreadTeam) {
        let products = WinogradTransforms.products
        let largest = max(96, WinogradConvolution.largestInput / (products * channels))
        let blockSize = min(largest, tiles.count)
        let bufferCount = products * blockSize * channels
        let buffer = unsafe BufferPool.shared.takeBuffer(count: bufferCount)
        defer { unsafe BufferPool.shared.returnBuffer(buffer, count: bufferCount) }
        for first in stride(from: 0, to: tiles.count, by: blockSize) {
            let block = first..<min(first + blockSize, tiles.count)
            team.run(over: block.count, blockSize: max(1, (1 << 12) / channels)) { range in
                for index in range {
                    unsafe tiles.transformInput(
                        block.lowerBound + index,
                        of: pictures,
                        into: buffer + index * channels,
                        productStride: block.count * channels
                    )
                }
            }
            unsafe multiply(block, buffer, team: team)
        }
    }

    /// Splits a block into tasks: panels, and ranges of tiles where the panels are few.
    @unsafe
    private func multiply(
        _ block: Range<Int>,
        _ input: UnsafePointer<Float>,
        team: ThreadTeam
    ) {
        let wanted = (4 * team.threadCount + panels.panelCount - 1) / panels.panelCount
        let parts = max(
            min(wanted, block.count / 48),
            (block.count + WinogradConvolution.largestTask - 1) / WinogradConvolution.largestTask
        )
        let size = parts > 1 ? ((block.count + parts - 1) / parts + 11) / 12 * 12 : block.count
        let ranges = stride(from: 0, to: block.count, by: size).map {
            $0..<min($0 + size, block.count)
        }
        team.run(count: panels.panelCount * ranges.count) { task in
            let (panel, part) = task.quotientAndRemainder(dividingBy: ranges.count)
            let range = ranges[part]
            let task = unsafe Task(
                panel: panel,
                tiles: range,
                first: block.lowerBound,
                input: input,
                inputStride: block.count * channels
            )
            switch panels.width(ofPanel: panel) {
            case 32: unsafe compute(TwoVectors.self, SIMD16<Float>.self, task)
            case 16: unsafe compute(SIMD16<Float>.self, SIMD16<Float>.self, task)
            default: unsafe compute(SIMD8<Float>.self, SIMD8<Float>.self, task)
            }
        }
    }

    /// Some tiles of a block, for one panel of output channels.
    @safe
    private struct Task {
        let panel: Int
        /// Numbers within the block.
        let tiles: Range<Int>
        /// The number of the block's first tile.
        let first: Int
        /// The block's transformed input, `[product][tile][channel]`.
        let input: UnsafePointer<Float>
        /// From one product to the next.
        let inputStride: Int
    }

    @unsafe
    private func compute<Columns: TileColumns, Vector: TileColumns & SIMD & PairedVector>(
        _: Columns.Type,
        _: Vector.Type,
        _ task: Task
    ) where Vector.Scalar == Float {
        let width = Columns.count
        let products = WinogradTransforms.products
        let side = WinogradTransforms.inputs
        let channelBlock = min(WinogradConvolution.channelBlock, channels)
        let productStride = task.tiles.count * width
        let kernelCount = side * channelBlock * width
        let count = kernelCount + products * productStride
        let kernel = unsafe BufferPool.shared.takeBuffer(count: count)
        defer { unsafe BufferPool.shared.returnBuffer(kernel, count: count) }
        let sums = unsafe kernel + kernelCount
        let left = unsafe task.input + task.tiles.lowerBound * channels
        for start in stride(from: 0, to: channels, by: channelBlock) {
            let block = start..<min(start + channelBlock, channels)
            for row in 0..<side {
                unsafe transformKernel(
                    Vector.self,
                    row: row,
                    channels: block,
                    panel: task.panel,
                    width: width,
                    into: kernel
                )
                let tile = RegisterTile(
                    leftRow: channels,
                    leftColumn: 1,
                    rightStride: width,
                    resultStride: width,
                    inner: block.count,
                    accumulates: start > 0
                )
                for column in 0..<side {
                    let product = row * side + column
                    unsafe tile.strip(
                        Columns.self,
                        rows: task.tiles.count,
                        left + product * task.inputStride + start,
                        kernel + column * block.count * width,
                        sums + product * productStride
                    )
                }
            }
        }
        let channel = task.panel * PackedPanels.width
        for index in 0..<task.tiles.count {
            for lane in stride(from: 0, to: width, by: Vector.scalarCount) {
                let valid = min(
                    Vector.scalarCount,
                    tiles.extents.outputChannels - channel - lane
                )
                guard valid > 0 else { continue }
                unsafe tiles.transformOutput(
                    Vector.self,
                    task.first + task.tiles.lowerBound + index,
                    of: UnsafePointer(sums) + index * width + lane,
                    productStride: productStride,
                    channel: channel + lane,
                    valid: valid,
                    bias: bias,
                    into: result
                )
            }
        }
    }

    /// Writes row `row` of G g Gᵀ for some channels of a panel: `[column of the product][channel][width]`.
    @unsafe
    private func transformKernel<Vector: TileColumns & SIMD & PairedVector>(
        _: Vector.Type,
        row: Int,
        channels block: Range<Int>,
        panel: Int,
        width: Int,
        into kernel: UnsafeMutablePointer<Float>
    ) where Vector.Scalar == Float {
        let factors = WinogradTransforms.filterRow(row)
        let isPaired = panels.precision == .bfloat16
        let perRow = panels.precision.rowsPerStoredRow
        let tapStride = channels / perRow * width
        let first = unsafe panels.panel(panel) + block.lowerBound / perRow * width
        let productStride = block.count * width
        @inline(__always)
        func write(_ columns: (Vector, Vector, Vector), at place: Int) {
            let turned = WinogradTransforms.filter(columns)
            let target = unsafe kernel + place
            unsafe turned.0.store(target)
            unsafe turned.1.store(target + productStride)
            unsafe turned.2.store(target + 2 * productStride)
            unsafe turned.3.store(target + 3 * productStride)
            unsafe turned.4.store(target + 4 * productStride)
            unsafe turned.5.store(target + 5 * productStride)
        }
        for place in stride(
            from: 0,
            to: block.count / perRow * width,
            by: Vector.scalarCount
        ) {
            @inline(__always)
            func column(_ index: Int, _ value: (Vector) -> Vector) -> Vector {
                let taps = unsafe first + index * tapStride + place
                return unsafe value(Vector.load(taps)) * factors.0
                    + value(Vector.load(taps + 3 * tapStride)) * factors.1
                    + value(Vector.load(taps + 6 * tapStride)) * factors.2
            }
            guard isPaired else {
                write((column(0) { $0 }, column(1) { $0 }, column(2) { $0 }), at: place)
                continue
            }
            // A stored row holds two channels, whose transforms lie in neighbouring rows.
            let (row, lane) = place.quotientAndRemainder(dividingBy: width)
            let target = 2 * row * width + lane
            write(
                (
                    column(0) { $0.lowerHalves }, column(1) { $0.lowerHalves },
                    column(2) { $0.lowerHalves }
                ),
                at: target
            )
            write(
                (
                    column(0) { $0.upperHalves }, column(1) { $0.upperHalves },
                    column(2) { $0.upperHalves }
                ),
                at: target + width
            )
        }
    }
}
