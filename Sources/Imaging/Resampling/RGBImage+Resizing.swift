extension RGBImage {
    /// The picture at another size, equal to Pillow's `resize` byte for byte.
    package func resized(
        width: Int,
        height: Int,
        filter: ResamplingFilter = .bicubic
    ) -> RGBImage {
        RGBImage(interleaved.resized(width: width, height: height, filter: filter))
    }

    /// The picture with its shorter side at `side` pixels and its longer one in proportion, rounded down.
    ///
    /// Matches transformers' `CLIPImageProcessor` and `BitImageProcessor` with `shortest_edge`.
    package func resized(shorterSide side: Int, filter: ResamplingFilter = .bicubic) -> RGBImage {
        width <= height
            ? resized(width: side, height: side * height / width, filter: filter)
            : resized(width: side * width / height, height: side, filter: filter)
    }

    /// The largest picture of the same proportions with no side above `side`; never larger than now.
    package func fitted(within side: Int, filter: ResamplingFilter = .bicubic) -> RGBImage {
        let longer = max(width, height)
        guard longer > side else { return self }
        return resized(
            width: max(1, width * side / longer),
            height: max(1, height * side / longer),
            filter: filter
        )
    }

    /// The picture with each pixel repeated as a square of `factor`².
    package func enlarged(by factor: Int) -> RGBImage {
        guard factor > 1 else { return self }
        var result = RGBImage(width: width * factor, height: height * factor)
        for y in 0..<result.height {
            for x in 0..<result.width { result[x, y] = self[x / factor, y / factor] }
        }
        return result
    }

    /// The pixels inside a rectangle, which must lie within the picture.
    package func cropped(to rectangle: PixelRectangle) -> RGBImage {
        RGBImage(interleaved.cropped(to: rectangle))
    }

    /// The middle of the picture; it must be at least this large. Odd margins are rounded down, as
    /// transformers does.
    package func centerCropped(width: Int, height: Int) -> RGBImage {
        cropped(
            to: PixelRectangle(
                x: (self.width - width) / 2,
                y: (self.height - height) / 2,
                width: width,
                height: height
            )
        )
    }

    /// The picture in the middle of a square canvas with the longer side's length.
    package func paddedToSquare(filledWith color: RGBColor = .white) -> RGBImage {
        guard width != height else { return self }
        let side = max(width, height)
        var square = RGBImage(width: side, height: side, filledWith: color)
        square.paste(self, x: (side - width) / 2, y: (side - height) / 2)
        return square
    }

    /// The bytes under the common form.
    var interleaved: InterleavedBytes {
        InterleavedBytes(width: width, height: height, channels: 3, bytes: pixels)
    }

    /// Creates a picture from the common form with three channels.
    init(_ interleaved: InterleavedBytes) {
        self.init(width: interleaved.width, height: interleaved.height, pixels: interleaved.bytes)
    }
}
