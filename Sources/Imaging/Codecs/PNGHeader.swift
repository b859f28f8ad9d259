/// The extents in the IHDR chunk that begins every PNG file.
struct PNGHeader {
    /// The number of columns.
    let width: Int
    /// The number of rows.
    let height: Int

    /// Reads the header of a file that begins with PNG's signature.
    init(_ bytes: [UInt8]) throws(ImageError) {
        guard bytes.count >= 33 else { throw .truncated(.png) }
        guard Array(bytes[12..<16]) == Array("IHDR".utf8) else {
            throw .damaged(.png, reason: "it does not begin with its header")
        }
        width = PNGHeader.bigEndian(bytes[16..<20])
        height = PNGHeader.bigEndian(bytes[20..<24])
        guard width > 0, height > 0 else {
            throw .damaged(.png, reason: "its size is \(width)×\(height)")
        }
    }

    /// The number in four bytes, most significant first.
    static func bigEndian(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.reduce(0) { $0 << 8 | Int($1) }
    }
}
