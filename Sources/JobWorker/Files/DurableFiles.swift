internal import Foundation
internal import Glibc

/// File operations that have happened, once they return, even if the power goes off the next moment.
enum DurableFiles {
    /// Creates a folder and those above it.
    static func makeFolder(_ folder: URL) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    /// Writes what the kernel still holds of a file or folder to the disk.
    static func synchronize(_ url: URL) throws {
        let path = url.path(percentEncoded: false)
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure(path) }
    }

    /// Moves a file or a folder on one file system in a single step, and makes the move durable. What is
    /// at `destination` already makes it throw, unless it is an empty folder.
    static func move(_ source: URL, to destination: URL) throws {
        let result = unsafe rename(
            source.path(percentEncoded: false),
            destination.path(percentEncoded: false)
        )
        guard result == 0 else { throw failure(destination.path(percentEncoded: false)) }
        try synchronize(destination.deletingLastPathComponent())
        try synchronize(source.deletingLastPathComponent())
    }

    /// Every regular file below `folder`, by its relative path, sorted.
    static func files(below folder: URL) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder.path(percentEncoded: false))
            .filter { path in
                let attributes = try FileManager.default.attributesOfItem(
                    atPath: folder.appending(path: path).path(percentEncoded: false)
                )
                return attributes[.type] as? FileAttributeType == .typeRegular
            }
            .sorted()
    }

    /// Makes everything below `folder`, and the folder itself, durable.
    static func synchronizeAll(below folder: URL) throws {
        for path in try FileManager.default.subpathsOfDirectory(
            atPath: folder.path(percentEncoded: false)
        ) {
            try synchronize(folder.appending(path: path))
        }
        try synchronize(folder)
    }

    /// Makes everything below `folder` durable and ready to be published: files that the owner writes, the group
    /// reads, and nobody else sees, whatever wrote them. Throws where something is neither file nor folder.
    static func seal(below folder: URL) throws {
        for path in try FileManager.default.subpathsOfDirectory(
            atPath: folder.path(percentEncoded: false)
        ) {
            let path = folder.appending(path: path).path(percentEncoded: false)
            let descriptor = unsafe open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
            guard descriptor >= 0 else { throw failure(path) }
            defer { close(descriptor) }
            var status = stat()
            guard unsafe fstat(descriptor, &status) == 0 else { throw failure(path) }
            switch status.st_mode & S_IFMT {
            case S_IFREG:
                guard fchmod(descriptor, status.st_mode & 0o640) == 0 else { throw failure(path) }
            case S_IFDIR: break
            default: throw POSIXError(.EINVAL, userInfo: [NSFilePathErrorKey: path])
            }
            guard fsync(descriptor) == 0 else { throw failure(path) }
        }
        try synchronize(folder)
    }

    /// Bytes that an ordinary user may still write on the file system of `folder`.
    static func freeBytes(at folder: URL) throws -> Int {
        var status = statvfs()
        let path = folder.path(percentEncoded: false)
        guard unsafe statvfs(path, &status) == 0 else { throw failure(path) }
        return Int(status.f_bavail) * Int(status.f_frsize)
    }

    private static func failure(_ path: String) -> POSIXError {
        POSIXError(
            POSIXErrorCode(rawValue: errno) ?? .EIO,
            userInfo: [NSFilePathErrorKey: path]
        )
    }
}
