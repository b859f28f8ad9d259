/// Reads PNG and JPEG files: any bit depth, grey, palette, transparency, and EXIF orientation.
///
/// Gamma and colour profiles are ignored, as PIL does. Headers are checked against `limits` before
/// memory is taken; a file that is cut off is an error, never a half-grey picture.
package struct ImageDecoder: Sendable {
    /// How much a file may ask for.
    package var limits: ImageLimits
    /// The colour under transparent pixels.
    package var canvas: RGBColor
    /// When set, JPEG files are decoded at the smallest of 1, 1/2, 1/4 and 1/8 of their size whose shorter
    /// side still has this many pixels. PNG files are always decoded whole.
    package var sufficientSide: Int?

    /// Creates a decoder.
    package init(
        limits: ImageLimits = ImageLimits(),
        canvas: RGBColor = .white,
        sufficientSide: Int? = nil
    ) {
        self.limits = limits
        self.canvas = canvas
        self.sufficientSide = sufficientSide
    }

    /// Returns the picture in the bytes of a file.
    package func decode(_ bytes: [UInt8]) throws(ImageError) -> DecodedImage {
        guard !bytes.isEmpty else { throw .empty }
        guard bytes.count <= limits.bytes else {
            throw .tooManyBytes(found: bytes.count, limit: limits.bytes)
        }
        switch ImageFormat(signatureOf: bytes) {
        case .png: return try decodePNG(bytes)
        case .jpeg: return try decodeJPEG(bytes)
        case nil: throw .unknownFormat(firstBytes: Array(bytes.prefix(4)))
        }
    }

    /// Returns the picture in the file at `path`. Errors name the file without its folders.
    package func decode(contentsOf path: String) throws(ImageError) -> DecodedImage {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        do throws(ImageError) {
            let file = try PictureFile(path, limit: limits.bytes)
            return try decode(file.bytes(0..<file.size))
        } catch {
            throw .inFile(name: name, error)
        }
    }
}
