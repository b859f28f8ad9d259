internal import Imaging

/// What is asked of every picture file.
enum PictureReading {
    /// Few enough for a thousand pictures a second, with bombs among them.
    private static let limits = ImageLimits(pixels: 1 << 18)

    /// Looks at a file, then decodes it, whole and small.
    static func read(_ bytes: [UInt8], in file: InputFile) throws {
        _ = try? ImageDecoder(limits: limits).inspect(contentsOf: file.write(bytes))
        if let small = try? ImageDecoder(limits: limits, sufficientSide: 8).decode(bytes) {
            check(small)
        }
        check(try ImageDecoder(limits: limits).decode(bytes))
    }

    private static func check(_ decoded: DecodedImage) {
        let count = decoded.image.width * decoded.image.height
        precondition(count > 0 && count <= limits.pixels, "\(count) pixels are beyond the limit")
        precondition(decoded.image.pixels.count == 3 * count)
        precondition(decoded.alpha.map { $0.values.count == count } ?? true)
    }
}
