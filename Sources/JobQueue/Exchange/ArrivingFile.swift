import Foundation
import Glibc

/// A file that appears under its name only when it is complete and durable; until then it has another one in
/// the same folder, which goes with an arrival that was not finished.
final class ArrivingFile {
    private let path: String
    private let temporaryPath: String
    private let descriptor: Int32
    private var isFinished = false

    /// Makes the folders on the way, and an empty file that nobody else has open.
    init(at file: URL) throws(ExchangeError) {
        path = file.path(percentEncoded: false)
        temporaryPath = "\(path).\(getpid())-\(UInt32.random(in: 0 ... .max)).partial"
        do {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
        } catch {
            throw .system(operation: "make a folder", words: error.localizedDescription)
        }
        descriptor = unsafe open(
            temporaryPath,
            O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
            0o640
        )
        guard descriptor >= 0 else { throw Self.failure("create a file") }
    }

    deinit {
        close(descriptor)
        if !isFinished { unsafe unlink(temporaryPath) }
    }

    func append(_ piece: [UInt8]) throws(ExchangeError) {
        var start = 0
        while start < piece.count {
            let count = unsafe piece[start...].withUnsafeBytes {
                unsafe write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.failure("write a file") }
            start += count
        }
    }

    /// Forces the bytes to disk and gives the file its name, whatever had it before.
    func finish() throws(ExchangeError) {
        guard fsync(descriptor) == 0, unsafe rename(temporaryPath, path) == 0 else {
            throw Self.failure("make a file durable")
        }
        isFinished = true
        let end = path.lastIndex(of: "/") ?? path.startIndex
        let folder = unsafe open(String(path[...end]), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw Self.failure("open a folder") }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw Self.failure("make a folder durable") }
    }

    private static func failure(_ operation: String) -> ExchangeError {
        .system(operation: operation, words: unsafe String(cString: strerror(errno)))
    }
}
