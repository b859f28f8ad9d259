/// What a picture file contains, upright and in 8-bit RGB.
package struct DecodedImage: Sendable, Equatable {
    /// The picture, turned as its EXIF orientation says; transparent parts lie on the decoder's canvas.
    package var image: RGBImage
    /// The file's transparency, 255 where opaque; `nil` when the file has none.
    package var alpha: Mask?
    /// The format found by content.
    package var format: ImageFormat
    /// 1, or 2, 4 or 8 when a JPEG file was decoded at that fraction of its size.
    package var denominator: Int
    /// Whether that is smaller than was wanted, because the file has more pixels than the limits allow.
    package var isReducedByLimits: Bool
}
