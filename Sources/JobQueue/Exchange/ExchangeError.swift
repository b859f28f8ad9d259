package import Digests

/// Why a file did not get to another machine, or did not come from there.
package enum ExchangeError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Nobody has left it there.
    case missing(SHA256Digest)
    /// What is there has another content.
    case otherContent(SHA256Digest)
    /// The folder is not the one that workers of this queue use, such as the mount point of a share that is away.
    case notMounted
    /// The operating system refused.
    case system(operation: String, words: String)
    /// A list of files that names something else.
    case unreadableList(SHA256Digest)

    package var description: String {
        switch self {
        case .missing(let digest):
            "expected the file with the sha256 \(digest) in the exchange, found none; it may still be published by the "
                + "machine that made it, or be copied from there to this one's output root."
        case .otherContent(let digest):
            "expected the file of the exchange to have the sha256 \(digest), found another content; "
                + "restore it, or run the job that made it again."
        case .notMounted:
            "expected the folder of CONTRAST_EXCHANGE with the file .contrast-queue of this queue, found none; "
                + "mount it."
        case .system(let operation, let words):
            "expected to \(operation), found an error (\(words)); look at the disk and its permissions."
        case .unreadableList(let digest):
            "expected lines \"sha256  path\" below one folder in the file with the sha256 \(digest), found others; "
                + "run the job that made it again."
        }
    }
}
