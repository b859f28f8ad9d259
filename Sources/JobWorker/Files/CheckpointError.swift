/// Why a checkpoint on disk is not the one that was saved.
package enum CheckpointError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There is no folder, or no list of its files.
    case incomplete
    /// The list of files is not the one whose hash the database has.
    case otherList
    /// A file is missing or has another content.
    case otherContent(file: String)

    package var description: String {
        switch self {
        case .incomplete: "its folder or its SHA256SUMS is missing"
        case .otherList: "its SHA256SUMS is not the one that was saved"
        case .otherContent(let file): "\(file) is missing or damaged"
        }
    }
}
