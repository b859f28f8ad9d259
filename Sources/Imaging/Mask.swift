/// An 8-bit picture of one channel, such as how much each pixel belongs to a subject.
package struct Mask: Sendable, Equatable {
    /// The number of columns, at least 1.
    package let width: Int
    /// The number of rows, at least 1.
    package let height: Int
    /// `height * width` bytes, row by row: 0 is outside, 255 inside.
    package var values: [UInt8]

    /// Creates a mask from its bytes.
    package init(width: Int, height: Int, values: [UInt8]) {
        precondition(width > 0 && height > 0, "a mask has at least one pixel")
        precondition(values.count == width * height, "\(values.count) bytes for \(width)×\(height)")
        self.width = width
        self.height = height
        self.values = values
    }

    /// Creates a mask with one value everywhere.
    package init(width: Int, height: Int, filledWith value: UInt8) {
        let values = [UInt8](repeating: value, count: width * height)
        self.init(width: width, height: height, values: values)
    }

    /// The value at column `x` of row `y`.
    package subscript(x: Int, y: Int) -> UInt8 {
        get { values[y * width + x] }
        set { values[y * width + x] = newValue }
    }

    /// The smallest rectangle around all values of at least `threshold`; `nil` when there are none.
    package func boundingBox(threshold: UInt8 = 128) -> PixelRectangle? {
        var columns = (lower: width, upper: -1)
        var rows = (lower: height, upper: -1)
        for y in 0..<height {
            for x in 0..<width where values[y * width + x] >= threshold {
                columns = (min(columns.lower, x), max(columns.upper, x))
                rows = (min(rows.lower, y), y)
            }
        }
        guard columns.upper >= 0 else { return nil }
        return PixelRectangle(
            x: columns.lower,
            y: rows.lower,
            width: columns.upper - columns.lower + 1,
            height: rows.upper - rows.lower + 1
        )
    }

    /// The share of pixels with values of at least `threshold`, 0–1.
    package func coverage(threshold: UInt8 = 128) -> Double {
        Double(values.count { $0 >= threshold }) / Double(values.count)
    }
}
