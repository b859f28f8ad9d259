internal import CImageCodecs

/// Writes pictures as JPEG files, for thumbnails and previews.
package enum JPEGEncoder {
    /// Returns the bytes of a JPEG file without chroma subsampling.
    ///
    /// - Parameters:
    ///   - image: The picture, at most 65,500 pixels on each side.
    ///   - quality: 1–100.
    package static func encode(_ image: RGBImage, quality: Int = 92) throws(ImageError) -> [UInt8] {
        precondition((1...100).contains(quality), "a JPEG quality is 1–100, not \(quality)")
        var buffer = unsafe CodecBuffer()
        defer { unsafe codecBufferFree(&buffer) }
        var failure = CodecFailure()
        let isEncoded = unsafe image.pixels.withUnsafeBufferPointer { pixels in
            unsafe jpegEncode(
                pixels.baseAddress,
                UInt32(image.width),
                UInt32(image.height),
                Int32(quality),
                &buffer,
                &failure
            )
        }
        guard isEncoded else { throw .notEncodable(.jpeg, reason: failure.words) }
        return unsafe Array(UnsafeBufferPointer(start: buffer.bytes, count: buffer.count))
    }
}
