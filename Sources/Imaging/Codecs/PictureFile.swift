internal import Glibc

/// A regular file that is open for reading. What is told about it and what is read from it belong together,
/// whatever happens to its name meanwhile.
final class PictureFile {
    private let descriptor: Int32
    /// Its size in bytes when it was opened.
    let size: Int

    /// Opens the file at `path`, when it has at most `limit` bytes.
    init(_ path: String, limit: Int) throws(ImageError) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Self.failure(errno) }
        var status = stat()
        let code = unsafe fstat(descriptor, &status) == 0 ? 0 : errno
        // The descriptor has an owner from here on, and every way out closes it.
        self.descriptor = descriptor
        size = Int(status.st_size)
        guard code == 0 else { throw Self.failure(code) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .unreadable(reason: "it is no regular file")
        }
        guard size <= limit else { throw .tooManyBytes(found: size, limit: limit) }
    }

    deinit { close(descriptor) }

    /// The bytes in a range of the file.
    func bytes(_ range: Range<Int>) throws(ImageError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: range.count)
        var filled = 0
        while filled < bytes.count {
            let count = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe pread(
                    descriptor,
                    buffer.baseAddress! + filled,
                    buffer.count - filled,
                    range.lowerBound + filled
                )
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Self.failure(errno) }
            guard count > 0 else { throw .unreadable(reason: "it ends while it is read") }
            filled += count
        }
        return bytes
    }

    private static func failure(_ code: Int32) -> ImageError {
        switch code {
        case ENOENT, ENOTDIR, EACCES:
            .unreadable(reason: "there is no such file, or it may not be read")
        default: .unreadable(reason: unsafe String(cString: strerror(code)))
        }
    }
}
