internal import CImageCodecs

/// Writes pictures as PNG files. The same picture and texts give the same bytes.
package enum PNGEncoder {
    /// Returns the bytes of a PNG file with the texts in the order given.
    ///
    /// A text in Latin-1 becomes a tEXt chunk, any other an iTXt chunk in UTF-8.
    package static func encode(_ image: RGBImage, texts: [PNGText] = []) throws(ImageError)
        -> [UInt8]
    {
        try encode(image.pixels, width: image.width, height: image.height, channels: 3, texts)
    }

    /// Returns the bytes of a PNG file with transparency: 255 in `alpha`, of the picture's size, is opaque.
    package static func encode(_ image: RGBImage, alpha: Mask) throws(ImageError) -> [UInt8] {
        precondition(
            alpha.width == image.width && alpha.height == image.height,
            "transparency has the size of its picture"
        )
        let pixels = alpha.values.indices.flatMap {
            image.pixels[3 * $0..<3 * $0 + 3] + [alpha.values[$0]]
        }
        return try encode(pixels, width: image.width, height: image.height, channels: 4, [])
    }

    /// Returns the bytes of a grey PNG file.
    package static func encode(_ mask: Mask, texts: [PNGText] = []) throws(ImageError) -> [UInt8] {
        try encode(mask.values, width: mask.width, height: mask.height, channels: 1, texts)
    }

    private static func encode(
        _ pixels: [UInt8],
        width: Int,
        height: Int,
        channels: Int32,
        _ texts: [PNGText]
    ) throws(ImageError) -> [UInt8] {
        // All strings lie behind one another in one block that outlives the call below.
        var characters: [CChar] = []
        var places: [(keyword: Int, text: Int, isUTF8: Bool)] = []
        for text in texts {
            guard let keyword = text.keywordBytes, let content = text.textBytes else {
                throw .unsuitableText(keyword: text.keyword)
            }
            places.append((characters.count, characters.count + keyword.count, content.isUTF8))
            characters += keyword + content.bytes
        }
        var buffer = unsafe CodecBuffer()
        defer { unsafe codecBufferFree(&buffer) }
        var failure = CodecFailure()
        let isEncoded = unsafe pixels.withUnsafeBufferPointer { pixels in
            unsafe characters.withUnsafeBufferPointer { characters in
                let chunks = unsafe places.map { place in
                    unsafe PNGTextChunk(
                        keyword: characters.baseAddress.map { unsafe $0 + place.keyword },
                        text: characters.baseAddress.map { unsafe $0 + place.text },
                        isUTF8: place.isUTF8
                    )
                }
                return unsafe pngEncode(
                    pixels.baseAddress,
                    UInt32(width),
                    UInt32(height),
                    channels,
                    chunks,
                    chunks.count,
                    &buffer,
                    &failure
                )
            }
        }
        guard isEncoded else { throw .notEncodable(.png, reason: failure.words) }
        return unsafe Array(UnsafeBufferPointer(start: buffer.bytes, count: buffer.count))
    }
}
