internal import Digests
package import Foundation

/// The SHA-256 of files, each read once as long as it does not change: weights are gigabytes.
///
/// A file counts as unchanged while its size and its time of change are the same.
package final class FileDigests {
    private struct State: Equatable {
        let byteCount: Int
        let changedAt: Date
    }

    private var known: [String: (state: State, sha256: String)] = [:]

    package init() {}

    /// The size and the lower-case hexadecimal SHA-256 of a file.
    package func digest(of file: URL) throws -> (byteCount: Int, sha256: String) {
        let path = file.resolvingSymlinksInPath().path
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        let state = State(
            byteCount: (attributes[.size] as? NSNumber)?.intValue ?? 0,
            changedAt: attributes[.modificationDate] as? Date ?? .distantPast
        )
        if let found = known[path], found.state == state { return (state.byteCount, found.sha256) }
        let sha256 = try SHA256.digest(of: file).description
        known[path] = (state, sha256)
        return (state.byteCount, sha256)
    }
}
