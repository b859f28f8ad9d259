/// How a stored picture must be turned to be upright: the values of EXIF's orientation tag.
package enum EXIFOrientation: Int, Sendable, CaseIterable {
    /// As stored.
    case upright = 1
    /// Flipped left to right.
    case mirrored = 2
    /// Turned by 180°.
    case rotated180 = 3
    /// Flipped top to bottom.
    case mirroredVertically = 4
    /// Flipped across the diagonal from the top left.
    case transposed = 5
    /// Turned by 90° clockwise.
    case rotated90 = 6
    /// Flipped across the diagonal from the top right.
    case transversed = 7
    /// Turned by 270° clockwise.
    case rotated270 = 8

    /// Whether turning exchanges width and height.
    package var exchangesSides: Bool { rawValue >= 5 }

    /// Where the pixel at column `x`, row `y` of the upright picture is stored.
    ///
    /// - Parameters:
    ///   - width: The stored picture's number of columns.
    ///   - height: The stored picture's number of rows.
    func source(x: Int, y: Int, width: Int, height: Int) -> (x: Int, y: Int) {
        switch self {
        case .upright: (x, y)
        case .mirrored: (width - 1 - x, y)
        case .rotated180: (width - 1 - x, height - 1 - y)
        case .mirroredVertically: (x, height - 1 - y)
        case .transposed: (y, x)
        case .rotated90: (y, height - 1 - x)
        case .transversed: (width - 1 - y, height - 1 - x)
        case .rotated270: (width - 1 - y, x)
        }
    }
}

extension RGBImage {
    /// The picture turned as its orientation says.
    package func oriented(_ orientation: EXIFOrientation) -> RGBImage {
        guard orientation != .upright else { return self }
        let (columns, rows) = orientation.exchangesSides ? (height, width) : (width, height)
        var turned = [UInt8](repeating: 0, count: pixels.count)
        for y in 0..<rows {
            for x in 0..<columns {
                let source = orientation.source(x: x, y: y, width: width, height: height)
                let from = (source.y * width + source.x) * 3
                let to = (y * columns + x) * 3
                for channel in 0..<3 { turned[to + channel] = pixels[from + channel] }
            }
        }
        return RGBImage(width: columns, height: rows, pixels: turned)
    }

    /// The picture flipped left to right.
    package func mirrored() -> RGBImage { oriented(.mirrored) }
}

extension Mask {
    /// The mask turned as its picture's orientation says.
    package func oriented(_ orientation: EXIFOrientation) -> Mask {
        guard orientation != .upright else { return self }
        let (columns, rows) = orientation.exchangesSides ? (height, width) : (width, height)
        var turned = [UInt8](repeating: 0, count: values.count)
        for y in 0..<rows {
            for x in 0..<columns {
                let source = orientation.source(x: x, y: y, width: width, height: height)
                turned[y * columns + x] = values[source.y * width + source.x]
            }
        }
        return Mask(width: columns, height: rows, values: turned)
    }

    /// The mask flipped left to right.
    package func mirrored() -> Mask { oriented(.mirrored) }
}
