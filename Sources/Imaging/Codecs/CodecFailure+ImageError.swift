internal import CImageCodecs

extension CodecFailure {
    /// The error to throw for a picture in `format` that could not be decoded.
    func decodingError(_ format: ImageFormat) -> ImageError {
        truncated ? .truncated(format) : .damaged(format, reason: words)
    }

    /// The library's own words.
    var words: String {
        var copy = reason
        return unsafe withUnsafeBytes(of: &copy) { bytes in
            let text = unsafe bytes.prefix { $0 != 0 }
            return unsafe String(decoding: text, as: UTF8.self)
        }
    }
}
