internal import CImageCodecs

extension ImageDecoder {
    /// Bytes from a file's beginning in which its header is looked for, and from its end in which its end is.
    private static let headLength = 64 << 10
    private static let tailLength = 4 << 10

    /// Looks at the header and the end of a file, without decoding what lies between. A file that this leaves
    /// in doubt is decoded.
    ///
    /// Errors are those of `decode(contentsOf:)`; damage in the middle is not found.
    ///
    /// - Returns: Whether the limits let it be decoded only smaller than is wanted.
    package func inspect(contentsOf path: String) throws(ImageError) -> Bool {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        do throws(ImageError) {
            let file = try PictureFile(path, limit: limits.bytes)
            let (head, tail) = try ends(of: file)
            if let isReduced = try judge(head, tail) { return isReduced }
            return try decode(file.bytes(0..<file.size)).isReducedByLimits
        } catch {
            throw .inFile(name: name, error)
        }
    }

    /// What the header says if the end is there too; `nil` where only decoding can tell.
    private func judge(_ head: [UInt8], _ tail: [UInt8]) throws(ImageError) -> Bool? {
        guard !head.isEmpty else { throw .empty }
        switch ImageFormat(signatureOf: head) {
        case .png:
            let header = try PNGHeader(head)
            let (count, overflows) = header.width.multipliedReportingOverflow(by: header.height)
            guard !overflows, count <= limits.pixels else {
                throw .tooManyPixels(
                    width: header.width,
                    height: header.height,
                    limit: limits.pixels
                )
            }
            return tail.contains(Array("IEND".utf8)) ? false : nil
        case .jpeg:
            var header = JPEGHeader()
            var failure = CodecFailure()
            let isRead = unsafe head.withUnsafeBufferPointer { bytes in
                unsafe jpegReadHeader(bytes.baseAddress, bytes.count, &header, &failure)
            }
            guard isRead else { return nil }
            guard !header.isCMYK else { throw .printColors }
            let isReduced = try scale(of: header).isReducedByLimits
            return tail.contains([0xFF, 0xD9]) ? isReduced : nil
        case nil: throw .unknownFormat(firstBytes: Array(head.prefix(4)))
        }
    }

    /// The first and the last bytes of a file.
    private func ends(of file: PictureFile) throws(ImageError) -> (
        head: [UInt8], tail: [UInt8]
    ) {
        let head = try file.bytes(0..<min(file.size, ImageDecoder.headLength))
        let tail = try file.bytes(max(0, file.size - ImageDecoder.tailLength)..<file.size)
        return (head, tail)
    }
}
