internal import CImageCodecs
internal import Glibc

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
            let (head, tail) = try ends(of: path)
            if let isReduced = try judge(head, tail) { return isReduced }
            return try decode(ImageDecoder.read(path, limit: limits.bytes)).isReducedByLimits
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

    /// The first and the last bytes of a regular file.
    private func ends(of path: String) throws(ImageError) -> (head: [UInt8], tail: [UInt8]) {
        let missing = ImageError.unreadable(
            reason: "there is no such file, or it may not be read"
        )
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw missing }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw missing }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .unreadable(reason: "it is no regular file")
        }
        let size = Int(status.st_size)
        guard size <= limits.bytes else {
            throw .tooManyBytes(found: size, limit: limits.bytes)
        }
        func bytes(_ range: Range<Int>) -> [UInt8]? {
            var bytes = [UInt8](repeating: 0, count: range.count)
            let count = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe pread(descriptor, buffer.baseAddress, buffer.count, range.lowerBound)
            }
            return count == range.count ? bytes : nil
        }
        guard let head = bytes(0..<min(size, ImageDecoder.headLength)),
            let tail = bytes(max(0, size - ImageDecoder.tailLength)..<size)
        else { throw .unreadable(reason: "it ends while it is read") }
        return (head, tail)
    }
}
