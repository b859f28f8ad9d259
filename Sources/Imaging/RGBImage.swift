/// An 8-bit picture: rows from the top, pixels from the left, three sRGB bytes each.
package struct RGBImage: Sendable, Equatable {
    /// The number of columns, at least 1.
    package let width: Int
    /// The number of rows, at least 1.
    package let height: Int
    /// `height * width * 3` bytes: red, green, blue of each pixel, row by row.
    package var pixels: [UInt8]

    /// Creates a picture from its bytes.
    package init(width: Int, height: Int, pixels: [UInt8]) {
        precondition(width > 0 && height > 0, "a picture has at least one pixel")
        precondition(
            pixels.count == width * height * 3,
            "\(pixels.count) bytes for \(width)×\(height)"
        )
        self.width = width
        self.height = height
        self.pixels = pixels
    }

    /// Creates a picture of one colour.
    package init(width: Int, height: Int, filledWith color: RGBColor = .white) {
        var pixels = [UInt8](repeating: color.red, count: width * height * 3)
        if color.green != color.red || color.blue != color.red {
            for index in stride(from: 0, to: pixels.count, by: 3) {
                pixels[index + 1] = color.green
                pixels[index + 2] = color.blue
            }
        }
        self.init(width: width, height: height, pixels: pixels)
    }

    /// The colour of the pixel at column `x` of row `y`.
    package subscript(x: Int, y: Int) -> RGBColor {
        get {
            let index = (y * width + x) * 3
            return RGBColor(pixels[index], pixels[index + 1], pixels[index + 2])
        }
        set {
            let index = (y * width + x) * 3
            pixels[index] = newValue.red
            pixels[index + 1] = newValue.green
            pixels[index + 2] = newValue.blue
        }
    }
}
