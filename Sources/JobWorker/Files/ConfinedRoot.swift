internal import CSystemCalls
internal import Digests
package import Foundation
internal import Glibc
package import Requests

/// A folder that requests may read from, and not a step beyond.
///
/// Paths are resolved by the kernel (`openat2` with `RESOLVE_BENEATH`), so a symbolic link that is swapped
/// between check and use cannot lead out. Where the kernel does not know that call, each part of the path
/// is opened by itself and a symbolic link anywhere is refused.
package struct ConfinedRoot: Sendable {
    /// What the root is called in errors.
    package let name: String
    private let folder: URL

    package init(_ folder: URL, name: String) {
        self.folder = folder
        self.name = name
    }

    /// The content of a regular file of at most `limit` bytes, checked against the hash if there is one.
    package func read(
        _ reference: FileReference,
        limit: Int
    ) throws(InputError) -> Data {
        let path = reference.relativePath
        let handle = try openFile(path)
        defer { try? handle.close() }
        do {
            let size = Int(try handle.seekToEnd())
            guard size <= limit else { throw error(path, .tooLarge(limit: limit, found: size)) }
            try handle.seek(toOffset: 0)
            let content = try handle.read(upToCount: limit + 1) ?? Data()
            guard content.count <= limit else {
                throw error(path, .tooLarge(limit: limit, found: content.count))
            }
            if let expected = reference.sha256 {
                var hash = SHA256()
                hash.update(content.span)
                guard hash.finalize().description == expected else {
                    throw error(path, .otherContent)
                }
            }
            return content
        } catch let refusal as InputError {
            throw refusal
        } catch let other {
            throw error(path, .unreadable(Self.words(other)))
        }
    }

    /// Where a regular file lies, for readers that map it; checked against the hash if there is one.
    package func file(_ reference: FileReference) throws(InputError) -> URL {
        let path = reference.relativePath
        let handle = try openFile(path)
        defer { try? handle.close() }
        if let expected = reference.sha256 {
            let found: SHA256Digest
            do {
                found = try SHA256.digest(reading: handle).digest
            } catch let other {
                throw error(path, .unreadable(Self.words(other)))
            }
            guard found.description == expected else { throw error(path, .otherContent) }
        }
        return folder.appending(path: path)
    }

    /// Where a folder or a file lies.
    package func location(_ path: String) throws(InputError) -> URL {
        let descriptor = try open(path)
        close(descriptor)
        return folder.appending(path: path)
    }

    /// Where a folder lies.
    package func folder(_ path: String) throws(InputError) -> URL {
        let descriptor = try open(path)
        defer { close(descriptor) }
        guard Self.sort(of: descriptor) == S_IFDIR else {
            throw error(path, .wrongSort(expected: "a folder"))
        }
        return folder.appending(path: path, directoryHint: .isDirectory)
    }

    private func openFile(_ path: String) throws(InputError) -> FileHandle {
        let descriptor = try open(path)
        guard Self.sort(of: descriptor) == S_IFREG else {
            close(descriptor)
            throw error(path, .wrongSort(expected: "a regular file"))
        }
        return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    private func open(_ path: String) throws(InputError) -> Int32 {
        let root = unsafe Glibc.open(
            folder.path(percentEncoded: false),
            O_RDONLY | O_DIRECTORY | O_CLOEXEC
        )
        guard root >= 0 else {
            throw error(path, .unreadable("the \(name) itself cannot be opened"))
        }
        defer { close(root) }
        var descriptor = unsafe contrast_open_beneath(root, path)
        if descriptor == -ENOSYS || descriptor == -EPERM {
            descriptor = Self.openWithoutLinks(path, below: root)
        }
        guard descriptor < 0 else { return descriptor }
        switch -descriptor {
        case ENOENT, ENOTDIR: throw error(path, .missing)
        case EXDEV, ELOOP: throw error(path, .outside)
        case let code: throw error(path, .unreadable(unsafe String(cString: strerror(code))))
        }
    }

    /// Opens the parts of `path` one by one, refusing every symbolic link; a descriptor, or −errno.
    package static func openWithoutLinks(_ path: String, below root: Int32) -> Int32 {
        var current = dup(root)
        for part in path.split(separator: "/") where current >= 0 {
            guard part != ".." else {
                close(current)
                return -EXDEV
            }
            let next = unsafe openat(
                current,
                String(part),
                O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
            )
            let code = errno
            close(current)
            if next < 0 { return -code }
            current = next
        }
        return current < 0 ? -errno : current
    }

    /// The file type bits of an open descriptor's mode.
    private static func sort(of descriptor: Int32) -> mode_t {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { return 0 }
        return status.st_mode & S_IFMT
    }

    private func error(_ path: String, _ reason: InputError.Reason) -> InputError {
        InputError(path: path, root: name, reason: reason)
    }

    private static func words(_ error: any Error) -> String {
        (error as NSError).domain == NSPOSIXErrorDomain
            ? unsafe String(cString: strerror(Int32((error as NSError).code)))
            : "it could not be read"
    }
}
