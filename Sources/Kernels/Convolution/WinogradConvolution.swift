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
    let panels: PackedPanels
    private let bias: UnsafePointer<Float>?
    private let result: UnsafeMutablePointer<Float>

    /// Input channels whose transformed kernel is kept at a time: a third of a second-level cache.
    private static let channelBlock = 64
    /// Values between the products: one line, so that they do not compete for one set of a cache.
    private static let padding = 16
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

    var channels: Int { tiles.extents.inputChannels }

    /// Computes all tiles, block by block.
    @unsafe
    func run(_ pictures: UnsafePointer<Float>, team: ThreadTeam) {
        let products = WinogradTransforms.products
        let channelBlock = min(WinogradConvolution.channelBlock, channels)
        let paddedChannels = (channels + channelBlock - 1) / channelBlock * channelBlock
        let largest = max(96, WinogradConvolution.largestInput / (products * channels))
        let blockSize = min(largest, tiles.count)
        let bufferCount = products * (blockSize * paddedChannels + WinogradConvolution.padding)
        let buffer = unsafe BufferPool.shared.takeBuffer(count: bufferCount)
        defer { unsafe BufferPool.shared.returnBuffer(buffer, count: bufferCount) }
        for first in stride(from: 0, to: tiles.count, by: blockSize) {
            let block = first..<min(first + blockSize, tiles.count)
            let productStride = block.count * paddedChannels + WinogradConvolution.padding
            team.run(over: block.count, blockSize: max(1, (1 << 12) / channels)) { range in
                let spaceCount = WinogradTransforms.products * SIMD16<Float>.scalarCount
                let vectors = unsafe BufferPool.shared.takeBuffer(count: spaceCount)
                defer { unsafe BufferPool.shared.returnBuffer(vectors, count: spaceCount) }
                let space = unsafe WinogradConvolution.vectors(SIMD16<Float>.self, at: vectors)
                for index in range {
                    unsafe tiles.transformInput(
                        block.lowerBound + index,
                        of: pictures,
                        into: buffer + index * channelBlock,
                        productStride: productStride,
                        channelBlock: channelBlock,
                        blockStride: block.count * channelBlock,
                        space: space
                    )
                }
            }
            unsafe multiply(block, buffer, stride: productStride, team: team)
        }
    }

    /// Splits a block into tasks: panels, and ranges of tiles where the panels are few.
    @unsafe
    private func multiply(
        _ block: Range<Int>,
        _ input: UnsafePointer<Float>,
        stride inputStride: Int,
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
                inputStride: inputStride,
                blockStride: block.count * min(WinogradConvolution.channelBlock, channels)
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
        /// The block's transformed input, `[product][block of channels][tile][channel]`.
        let input: UnsafePointer<Float>
        /// From one product to the next.
        let inputStride: Int
        /// From one block of channels to the next.
        let blockStride: Int
    }

    @unsafe
    private func compute<Columns: TileColumns, Vector: TileColumns & SIMD & PairedVector>(
        _: Columns.Type,
        _: Vector.Type,
        _ task: Task
    ) where Vector.Scalar == Float {
        let width = Columns.count
        let products = WinogradTransforms.products
        let channelBlock = min(WinogradConvolution.channelBlock, channels)
        let productStride = task.tiles.count * width + WinogradConvolution.padding
        let kernelStride = channelBlock * width + WinogradConvolution.padding
        let kernelCount = products * kernelStride
        let sumCount = products * productStride
        let count = kernelCount + sumCount + WinogradTransforms.halfProducts * Vector.scalarCount
        let kernel = unsafe BufferPool.shared.takeBuffer(count: count)
        defer { unsafe BufferPool.shared.returnBuffer(kernel, count: count) }
        let sums = unsafe kernel + kernelCount
        let space = unsafe WinogradConvolution.vectors(Vector.self, at: sums + sumCount)
        var left = unsafe task.input + task.tiles.lowerBound * channelBlock
        for start in stride(from: 0, to: channels, by: channelBlock) {
            let block = start..<min(start + channelBlock, channels)
            unsafe transformKernel(
                Vector.self,
                channels: block,
                panel: task.panel,
                width: width,
                into: kernel,
                productStride: kernelStride
            )
            let tile = unsafe RegisterTile(
                leftRow: channelBlock,
                leftColumn: 1,
                rightStride: width,
                resultStride: width,
                inner: block.count,
                accumulates: start > 0
            )
            for product in 0..<products {
                unsafe tile.multiply(
                    rows: task.tiles.count,
                    columns: width,
                    left + product * task.inputStride,
                    kernel + product * kernelStride,
                    into: sums + product * productStride
                )
            }
            unsafe left += task.blockStride
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
                    into: result,
                    space: space
                )
            }
        }
    }

    /// Memory of a buffer, as vectors: buffers and rows of products begin at multiples of one.
    @unsafe
    private static func vectors<Vector>(
        _: Vector.Type,
        at start: UnsafeMutablePointer<Float>
    ) -> UnsafeMutablePointer<Vector> {
        unsafe UnsafeMutableRawPointer(start).assumingMemoryBound(to: Vector.self)
    }
}
