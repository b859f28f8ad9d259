extension RGBImage {
    /// Lays a picture on this one with its top left corner at (`x`, `y`); what sticks out is cut off.
    ///
    /// - Parameters:
    ///   - image: The picture to lay on top.
    ///   - mask: How much of each of its pixels covers this picture; all of it when `nil`.
    ///   - x: The column of its left edge; may be negative.
    ///   - y: The row of its upper edge; may be negative.
    package mutating func paste(_ image: RGBImage, mask: Mask? = nil, x: Int, y: Int) {
        if let mask {
            precondition(
                mask.width == image.width && mask.height == image.height,
                "a mask has the size of its picture"
            )
        }
        let columns = max(0, -x)..<max(0, -x, min(image.width, width - x))
        let rows = max(0, -y)..<max(0, -y, min(image.height, height - y))
        for row in rows {
            for column in columns {
                let from = (row * image.width + column) * 3
                let to = ((y + row) * width + x + column) * 3
                let share = mask.map { Int($0[column, row]) } ?? 255
                for channel in 0..<3 {
                    let sum =
                        Int(image.pixels[from + channel]) * share
                        + Int(pixels[to + channel]) * (255 - share)
                    pixels[to + channel] = UInt8((sum * 2 + 255) / 510)
                }
            }
        }
    }

    /// The picture with everything outside `mask` replaced by one colour.
    package func cutOut(by mask: Mask, canvas: RGBColor = .white) -> RGBImage {
        var result = RGBImage(width: width, height: height, filledWith: canvas)
        result.paste(self, mask: mask, x: 0, y: 0)
        return result
    }
}
