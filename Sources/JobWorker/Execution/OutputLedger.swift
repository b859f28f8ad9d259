internal import Foundation
internal import JobQueue
internal import Requests

/// The outputs of an attempt, in the order they were first added.
struct OutputLedger: Codable, Equatable {
    /// One finished file.
    struct Entry: Codable, Equatable {
        let role: String
        let path: String
        let mediaType: String
        let metadata: JSONValue
        let sha256: String
        let byteCount: Int
    }

    private(set) var entries: [Entry] = []

    /// Notes a file; one with the same path takes the place of the earlier one.
    mutating func add(_ output: PipelineOutput, sha256: String, byteCount: Int) {
        let entry = Entry(
            role: output.role,
            path: output.path,
            mediaType: output.mediaType,
            metadata: .object(output.metadata),
            sha256: sha256,
            byteCount: byteCount
        )
        if let index = entries.firstIndex(where: { $0.path == output.path }) {
            entries[index] = entry
        } else {
            entries.append(entry)
        }
    }

    /// The rows of the files once they lie below `folder` of the output root.
    func rows(below folder: String) -> [OutputRow] {
        entries.enumerated().map { index, entry in
            OutputRow(
                index: index,
                role: entry.role,
                path: "\(folder)/\(entry.path)",
                sha256: entry.sha256,
                byteCount: entry.byteCount,
                mediaType: entry.mediaType,
                metadata: entry.metadata.text()
            )
        }
    }
}
