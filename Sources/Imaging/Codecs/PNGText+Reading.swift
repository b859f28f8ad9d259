internal import CImageCodecs

extension PNGText {
    /// Returns the texts of a PNG file in their order.
    package static func read(
        png bytes: [UInt8],
        limits: ImageLimits = ImageLimits()
    ) throws(ImageError) -> [PNGText] {
        guard ImageFormat(signatureOf: bytes) == .png else {
            throw .unknownFormat(firstBytes: Array(bytes.prefix(4)))
        }
        var buffer = unsafe CodecBuffer()
        defer { unsafe codecBufferFree(&buffer) }
        var failure = CodecFailure()
        let isRead = unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe pngReadTexts(
                bytes.baseAddress,
                bytes.count,
                limits.chunkBytes,
                &buffer,
                &failure
            )
        }
        guard isRead else { throw failure.decodingError(.png) }
        let found = unsafe Array(UnsafeBufferPointer(start: buffer.bytes, count: buffer.count))
        let fields = found.split(separator: 0, omittingEmptySubsequences: false)
        var texts: [PNGText] = []
        var index = 0
        while index + 1 < fields.count {
            let keyword = latin1(fields[index].dropFirst())
            let isUTF8 = fields[index].first == UInt8(ascii: "U")
            let content = fields[index + 1]
            let text = isUTF8 ? String(decoding: content, as: UTF8.self) : latin1(content)
            texts.append(PNGText(keyword: keyword, text: text))
            index += 2
        }
        return texts
    }

    /// The text of Latin-1 bytes.
    private static func latin1(_ bytes: ArraySlice<UInt8>) -> String {
        String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    }
}
