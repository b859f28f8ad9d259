internal import Digests
internal import Foundation
internal import Layers

/// The files of a judge's weights.
enum JudgeWeights {
    /// SHA-256 of the weights in some folders: of the one file they are read from, or of all files' one after
    /// the other.
    static func sha256(of folders: [URL]) throws -> String {
        let files = try folders.flatMap { try SafeTensorsWeights.files(inFolder: $0.path) }
        let digests = try files.map { try SHA256.digest(of: URL(filePath: $0)).description }
        return digests.count == 1 ? digests[0] : SHA256.digest(of: digests.joined()).description
    }
}
