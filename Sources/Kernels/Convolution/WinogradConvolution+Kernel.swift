extension WinogradConvolution {
    /// Writes G g Gᵀ for some channels of a panel, `[product][channel][width]`, in one pass over the weights:
    /// where tiles are few, reading them is what takes the time.
    @unsafe
    func transformKernel<Vector: TileColumns & SIMD & PairedVector>(
        _: Vector.Type,
        channels block: Range<Int>,
        panel: Int,
        width: Int,
        into kernel: UnsafeMutablePointer<Float>,
        productStride: Int
    ) where Vector.Scalar == Float {
        let perRow = panels.precision.rowsPerStoredRow
        let tapStride = channels / perRow * width
        let first = unsafe panels.panel(panel) + block.lowerBound / perRow * width
        let count = block.count / perRow * width
        for place in stride(from: 0, to: count, by: Vector.scalarCount) {
            let taps = unsafe first + place
            switch panels.precision {
            case .float32:
                let target = unsafe kernel + place
                unsafe transform(taps, tapStride, into: target, productStride) { (taps: Vector) in
                    taps
                }
            case .bfloat16:
                // A stored row holds two channels, whose transforms lie in neighbouring rows.
                let (row, lane) = place.quotientAndRemainder(dividingBy: width)
                let target = unsafe kernel + 2 * row * width + lane
                unsafe transform(taps, tapStride, into: target, productStride) { (taps: Vector) in
                    taps.lowerHalves
                }
                unsafe transform(taps, tapStride, into: target + width, productStride) {
                    (taps: Vector) in taps.upperHalves
                }
            }
        }
    }

    /// Transforms the nine taps of a vector of channels.
    @inline(__always)
    @unsafe
    private func transform<Vector: TileColumns & SIMD>(
        _ taps: UnsafePointer<Float>,
        _ tapStride: Int,
        into target: UnsafeMutablePointer<Float>,
        _ productStride: Int,
        value: (Vector) -> Vector
    ) where Vector.Scalar == Float {
        @inline(__always)
        func column(_ index: Int) -> WinogradTransforms.Six<Vector> {
            let taps = unsafe taps + index * tapStride
            return unsafe WinogradTransforms.filter(
                (
                    value(Vector.load(taps)),
                    value(Vector.load(taps + 3 * tapStride)),
                    value(Vector.load(taps + 6 * tapStride))
                )
            )
        }
        @inline(__always)
        func write(row: Int, _ first: Vector, _ second: Vector, _ third: Vector) {
            let turned = WinogradTransforms.filter((first, second, third))
            let target = unsafe target + WinogradTransforms.inputs * row * productStride
            unsafe turned.0.store(target)
            unsafe turned.1.store(target + productStride)
            unsafe turned.2.store(target + 2 * productStride)
            unsafe turned.3.store(target + 3 * productStride)
            unsafe turned.4.store(target + 4 * productStride)
            unsafe turned.5.store(target + 5 * productStride)
        }
        let (left, middle, right) = (column(0), column(1), column(2))
        write(row: 0, left.0, middle.0, right.0)
        write(row: 1, left.1, middle.1, right.1)
        write(row: 2, left.2, middle.2, right.2)
        write(row: 3, left.3, middle.3, right.3)
        write(row: 4, left.4, middle.4, right.4)
        write(row: 5, left.5, middle.5, right.5)
    }
}
