internal import Glibc

/// Why a place below a folder could not be opened.
package struct OpenFailure: Error, Equatable, Sendable {
    /// What the operating system said, as `errno` has it.
    package let code: Int32

    /// Nothing is there.
    package var isMissing: Bool { [ENOENT, ENOTDIR].contains(code) }

    /// What is there is nothing that this user can open: forbidden, a socket, a name that no file can have.
    package var isUnreadable: Bool { [EACCES, ENXIO, ENAMETOOLONG].contains(code) }

    /// The path, or a symbolic link on it, leads out of the folder.
    package var isOutside: Bool { [EXDEV, ELOOP].contains(code) }

    /// The operating system's words.
    package var words: String { unsafe String(cString: strerror(code)) }
}
