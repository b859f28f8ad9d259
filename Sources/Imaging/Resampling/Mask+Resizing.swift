extension Mask {
    /// The mask at another size, soft at its edges; equal to Pillow's `resize` byte for byte.
    package func resized(
        width: Int,
        height: Int,
        filter: ResamplingFilter = .bilinear
    ) -> Mask {
        Mask(interleaved.resized(width: width, height: height, filter: filter))
    }

    /// The mask at another size without mixing values: each pixel takes the one under its centre.
    package func resizedToNearest(width: Int, height: Int) -> Mask {
        precondition(width > 0 && height > 0, "a mask has at least one pixel")
        let columns = (0..<width).map { ($0 * 2 + 1) * self.width / (width * 2) }
        let rows = (0..<height).map { ($0 * 2 + 1) * self.height / (height * 2) }
        return Mask(
            width: width,
            height: height,
            values: rows.flatMap { row in columns.map { self[$0, row] } }
        )
    }

    /// The values inside a rectangle, which must lie within the mask.
    package func cropped(to rectangle: PixelRectangle) -> Mask {
        Mask(interleaved.cropped(to: rectangle))
    }

    /// The bytes under the common form.
    var interleaved: InterleavedBytes {
        InterleavedBytes(width: width, height: height, channels: 1, bytes: values)
    }

    /// Creates a mask from the common form with one channel.
    init(_ interleaved: InterleavedBytes) {
        self.init(width: interleaved.width, height: interleaved.height, values: interleaved.bytes)
    }
}
