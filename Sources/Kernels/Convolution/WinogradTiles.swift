/// Where the tiles of 4 × 4 output pixels of a convolution lie, and what reads and writes them.
///
/// Tiles are numbered by sample, row, column; those at the lower and right edges may stick out.
@safe
struct WinogradTiles {
    let extents: ConvolutionExtents
    // What follows from the extents takes divisions: too slow to ask for tile by tile.
    /// Tiles in a row of tiles.
    private let columns: Int
    /// Rows of tiles of a sample.
    private let rows: Int
    private let outputHeight: Int
    private let outputWidth: Int

    init(extents: ConvolutionExtents) {
        self.extents = extents
        (outputHeight, outputWidth) = (extents.outputHeight, extents.outputWidth)
        let side = WinogradTransforms.outputs
        columns = (outputWidth + side - 1) / side
        rows = (outputHeight + side - 1) / side
    }

    /// All tiles.
    var count: Int { extents.sampleCount * rows * columns }

    /// The sample of a tile and its first output pixel.
    @inline(__always)
    private func place(_ tile: Int) -> (sample: Int, row: Int, column: Int) {
        let (line, column) = tile.quotientAndRemainder(dividingBy: columns)
        let (sample, row) = line.quotientAndRemainder(dividingBy: rows)
        return (sample, row * WinogradTransforms.outputs, column * WinogradTransforms.outputs)
    }

    /// Writes Bᵀ d B of one tile: channel c of product p to
    /// `target[p · productStride + c / block · blockStride + c % block]`.
    ///
    /// - Parameters:
    ///   - block: Channels that lie together.
    ///   - space: Room for 36 vectors.
    @unsafe
    func transformInput(
        _ tile: Int,
        of pictures: UnsafePointer<Float>,
        into target: UnsafeMutablePointer<Float>,
        productStride: Int,
        channelBlock block: Int,
        blockStride: Int,
        space half: UnsafeMutablePointer<SIMD16<Float>>
    ) {
        let (sample, firstRow, firstColumn) = place(tile)
        let (top, left) = (firstRow - extents.top, firstColumn - extents.left)
        let channels = extents.inputChannels
        let isInside =
            top >= 0 && left >= 0 && top + WinogradTransforms.inputs <= extents.height
            && left + WinogradTransforms.inputs <= extents.width
        let corner =
            unsafe pictures
            + ((sample * extents.height + top) * extents.width + left) * channels
        let side = WinogradTransforms.inputs
        for channel in stride(from: 0, to: channels, by: 16) {
            for column in 0..<side {
                @inline(__always)
                func pixel(_ row: Int) -> SIMD16<Float> {
                    guard
                        isInside
                            || (0..<extents.height ~= top + row
                                && 0..<extents.width ~= left + column)
                    else { return SIMD16() }
                    return unsafe SIMD16.load(
                        corner + (row * extents.width + column) * channels + channel
                    )
                }
                let turned = WinogradTransforms.input(
                    (pixel(0), pixel(1), pixel(2), pixel(3), pixel(4), pixel(5))
                )
                unsafe half[column] = turned.0
                unsafe half[side + column] = turned.1
                unsafe half[2 * side + column] = turned.2
                unsafe half[3 * side + column] = turned.3
                unsafe half[4 * side + column] = turned.4
                unsafe half[5 * side + column] = turned.5
            }
            let place = channel / block * blockStride + channel % block
            for row in 0..<side {
                let line = unsafe half + row * side
                let turned = unsafe WinogradTransforms.input(
                    (line[0], line[1], line[2], line[3], line[4], line[5])
                )
                let target = unsafe target + row * side * productStride + place
                unsafe turned.0.store(target)
                unsafe turned.1.store(target + productStride)
                unsafe turned.2.store(target + 2 * productStride)
                unsafe turned.3.store(target + 3 * productStride)
                unsafe turned.4.store(target + 4 * productStride)
                unsafe turned.5.store(target + 5 * productStride)
            }
        }
    }

    /// Writes bias + Aᵀ m A of one tile and some neighbouring channels: those of its pixels that exist.
    ///
    /// - Parameters:
    ///   - products: Product p of the tile is at `products[p · productStride]`, one value per channel.
    ///   - channel: The first channel.
    ///   - valid: How many channels exist; at most those of a vector.
    ///   - bias: Of all channels.
    ///   - space: Room for 24 vectors.
    @unsafe
    func transformOutput<Vector: TileColumns & SIMD>(
        _: Vector.Type,
        _ tile: Int,
        of products: UnsafePointer<Float>,
        productStride: Int,
        channel: Int,
        valid: Int,
        bias: UnsafePointer<Float>?,
        into result: UnsafeMutablePointer<Float>,
        space half: UnsafeMutablePointer<Vector>
    ) where Vector.Scalar == Float {
        let (sample, firstRow, firstColumn) = place(tile)
        let (inputs, outputs) = (WinogradTransforms.inputs, WinogradTransforms.outputs)
        var start = Vector()
        if let bias = unsafe bias {
            for lane in 0..<valid { unsafe start[lane] = bias[channel + lane] }
        }
        for column in 0..<inputs {
            @inline(__always)
            func product(_ row: Int) -> Vector {
                unsafe Vector.load(products + (row * inputs + column) * productStride)
            }
            let turned = WinogradTransforms.output(
                (product(0), product(1), product(2), product(3), product(4), product(5))
            )
            unsafe half[column] = turned.0
            unsafe half[inputs + column] = turned.1
            unsafe half[2 * inputs + column] = turned.2
            unsafe half[3 * inputs + column] = turned.3
        }
        let pixelsPerRow = min(outputs, outputWidth - firstColumn)
        for row in 0..<min(outputs, outputHeight - firstRow) {
            let line = unsafe half + row * inputs
            let pixels = unsafe WinogradTransforms.output(
                (line[0], line[1], line[2], line[3], line[4], line[5])
            )
            let pixel =
                (sample * outputHeight + firstRow + row) * outputWidth
                + firstColumn
            let target = unsafe result + pixel * extents.outputChannels + channel
            @inline(__always)
            func write(_ value: Vector, _ column: Int) {
                guard column < pixelsPerRow else { return }
                let target = unsafe target + column * extents.outputChannels
                let value = value + start
                if valid == Vector.scalarCount {
                    unsafe value.store(target)
                } else {
                    for lane in 0..<valid { unsafe target[lane] = value[lane] }
                }
            }
            write(pixels.0, 0)
            write(pixels.1, 1)
            write(pixels.2, 2)
            write(pixels.3, 3)
        }
    }
}
