internal import Digests
internal import Foundation

/// The files of a judge's weights.
enum JudgeWeights {
    /// SHA-256 of the weights in some folders: of their one file, or of all files' one after the other.
    static func sha256(of folders: [URL]) throws -> String {
        let files = try folders.flatMap { folder in
            try FileManager.default.contentsOfDirectory(atPath: folder.path)
                .filter { $0.hasSuffix(".safetensors") }
                .sorted()
                .map { folder.appending(path: $0) }
        }
        let digests = try files.map { try SHA256.digest(of: $0).description }
        return digests.count == 1 ? digests[0] : SHA256.digest(of: digests.joined()).description
    }
}
