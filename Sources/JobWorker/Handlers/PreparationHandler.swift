internal import Digests
internal import Evaluation
internal import Foundation
internal import Imaging
internal import JobQueue
package import Requests
internal import SmallWorld

/// Carries out `prepare` jobs: a data set of the small world, as a folder of the job's outputs.
///
/// A data set has tens of thousands of files, so it has rows for what describes it and one list of all
/// its files' hashes, not a row per file.
package struct PreparationHandler: JobHandler {
    package let kind = JobKind.prepare

    /// Creates the handler.
    package init() {}

    package func run(_ request: JobRequest, in context: JobContext) throws {
        guard case .prepare(let request) = request else {
            preconditionFailure("the table gives a handler its own kind of request only")
        }
        let export = WorldExport(
            sampler: WorldSampler(
                seed: UInt64(request.seed),
                split: request.split.worldSplit,
                classes: try PreparationHandler.classes(request.classes)
            ),
            subjectCount: request.subjectCount,
            viewCount: request.viewCount,
            side: request.resolution,
            hasEdits: request.hasEdits
        )
        let root = context.workspace.outputs
        try export.write(to: root) { count in
            context.report(step: count, of: request.subjectCount)
            try context.throwIfInterrupted()
        }
        let list = try PreparationHandler.hashes(below: root)
        for name in ["metadata.jsonl", "mvimgnet_category.txt"] {
            let output = PipelineOutput(role: "manifest", path: name, mediaType: "text/plain")
            // It lies there already; only its row is missing.
            try context.addOutput(output) { _ in }
        }
        let output = PipelineOutput(
            role: "data_set",
            path: FileList.name,
            mediaType: "text/plain",
            metadata: [
                "name": .string(request.name),
                "subjects": .integer(request.subjectCount),
                "pictures": .integer(request.subjectCount * request.viewCount),
                "split": .string(request.split.rawValue),
            ]
        )
        try context.addOutput(output) { file in try Data(list.utf8).write(to: file) }
    }

    /// The classes with these nouns; all of them for no noun.
    private static func classes(_ nouns: [String]) throws -> [SubjectClass] {
        guard !nouns.isEmpty else { return SubjectClass.allCases }
        return try nouns.enumerated().map { index, noun in
            guard let found = SubjectClass.allCases.first(where: { $0.noun == noun }) else {
                let known = SubjectClass.allCases.map(\.noun).joined(separator: ", ")
                throw RequestError(
                    path: "$.classes[\(index)]",
                    problem: "expected one of \(known), found \"\(noun)\"; choose one of them"
                )
            }
            return found
        }
    }

    /// A line per file as sha256sum writes it, in the order of the names.
    private static func hashes(below root: URL) throws -> String {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: root.path).sorted()
        var lines = ""
        for path in paths where path.contains(".") {
            let handle = try FileHandle(forReadingFrom: root.appending(path: path))
            defer { try? handle.close() }
            lines += "\(try SHA256.digest(reading: handle).digest)  \(path)\n"
        }
        return lines
    }
}
