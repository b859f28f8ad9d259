internal import CSystemCalls
internal import Glibc

/// A file or folder that is open for reading. Whatever happens to the names that led to it, `path` leads to this
/// very one as long as the object lives.
package final class OpenedPlace: Sendable {
    package let descriptor: Int32

    /// Opens a folder by its name, all links followed.
    package init(folder path: String) throws(OpenFailure) {
        descriptor = unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw OpenFailure(code: errno) }
    }

    private init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// A path for readers that open by path; for this process only, and only as long as the object lives.
    package var path: String { "/proc/self/fd/\(descriptor)" }

    package var isFolder: Bool { sort == S_IFDIR }

    package var isRegularFile: Bool { sort == S_IFREG }

    /// The file type bits of its mode.
    private var sort: mode_t {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { return 0 }
        return status.st_mode & S_IFMT
    }

    /// Opens what lies below this folder, and not a step beyond. A symbolic link that is swapped in that moment
    /// cannot lead out: the kernel resolves the path (`openat2` with `RESOLVE_BENEATH`). Where it does not know that
    /// call, each part of the path is opened by itself and a symbolic link anywhere is refused.
    package func open(_ path: String) throws(OpenFailure) -> OpenedPlace {
        let path = path.isEmpty ? "." : path
        var found = unsafe contrast_open_beneath(descriptor, path)
        if found == -ENOSYS || found == -EPERM {
            found = Self.openWithoutLinks(path, below: descriptor)
        }
        guard found >= 0 else { throw OpenFailure(code: -found) }
        return OpenedPlace(descriptor: found)
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
}
