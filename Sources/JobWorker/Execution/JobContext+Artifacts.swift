package import Foundation
internal import JobQueue
internal import ModelFiles
package import Requests

extension JobContext {
    /// A finished file that another job has made.
    package struct Artifact: Sendable {
        /// What the file is to the job that made it.
        package let role: String
        package let file: URL
        /// Lower-case hexadecimal SHA-256.
        package let sha256: String
        /// Facts about the file.
        package let metadata: JSONValue
    }

    /// Where a base, an adapter or a data set lies: below `root`, or the folder of what a job has made.
    package func location(
        of artifact: ArtifactLocation,
        in root: ConfinedRoot
    ) throws -> URL {
        switch artifact {
        case .folder(let path): return try root.location(path)
        case .huggingFace(let reference):
            return try HuggingFaceCache(configuration.huggingFaceCache).location(of: reference)
        case .job(let id):
            let rows = try store.inputs(for: lease, from: id)
            for row in rows { try check(row) }
            try fetchDataSet(of: rows)
            guard let first = rows.first else {
                throw JobFailure(
                    .permanent,
                    stage: "find inputs",
                    text: "expected outputs of job \(id), found none; name another job."
                )
            }
            // <job>/<token>, as `Workspace` publishes.
            let parts = first.path.split(separator: "/").prefix(2).joined(separator: "/")
            return configuration.outputRoot.appending(path: parts, directoryHint: .isDirectory)
        }
    }

    /// Where a data set lies: a folder below the input root, open until the job's end, or what a job has made.
    package func dataSet(at artifact: ArtifactLocation) throws -> URL {
        guard case .folder(let path) = artifact else {
            return try location(of: artifact, in: inputs)
        }
        return hold(try inputs.folder(path), named: path)
    }

    /// The outputs of another job of the same owner.
    package func artifacts(of job: Int) throws -> [Artifact] {
        try store.inputs(for: lease, from: job).map { row in
            try check(row)
            return Artifact(
                role: row.role,
                file: configuration.outputRoot.appending(path: row.path),
                sha256: row.sha256,
                metadata: try JSONValue(parsing: row.metadata)
            )
        }
    }

    /// Brings the file that a row names here where it is missing. Throws unless it has the content it was published with.
    private func check(_ row: OutputRow) throws {
        try fetch(row)
        let root = ConfinedRoot(configuration.outputRoot, name: "output root")
        _ = try root.file(FileReference(path: row.path, sha256: row.sha256))
    }
}
