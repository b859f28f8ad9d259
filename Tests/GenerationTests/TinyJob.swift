import CustomContrast
import Foundation
import Imaging
import Requests
import TestSupport

@testable import Generation

/// One generate job on a small base, without files or a queue.
struct TinyJob {
    /// What every job here has in common; members of a job's own payload come on top.
    private static let payload: [String: JSONValue] = [
        "prompt": "a photo of a dog on the beach", "adapter": "tiny", "steps": 3, "seed": 7,
        "subjects": [["class": "dog", "images": ["dog.png"]]],
    ]

    let base: BaseModel
    var adapter: SubjectAdapter?
    var subjects: [SubjectPictures]

    /// A job on a base with a fresh adapter and a dog.
    init(_ base: TinyBase = .sd) throws { try self.init(base.load()) }

    /// A job on a base with a fresh adapter and a dog.
    init(_ base: BaseModel) throws {
        self.base = base
        adapter = try TinyBase.adapter(for: base)
        subjects = [try TinyBase.subject("dog")]
    }

    /// Runs the job and returns the host with its outputs.
    @discardableResult
    func run(
        _ members: [String: JSONValue] = [:],
        on host: RecordingHost? = nil,
        tileSide: Int? = nil,
        checkpointInterval: Duration = .seconds(60)
    ) throws -> RecordingHost {
        let host = try host ?? RecordingHost()
        let payload = TinyJob.payload.merging(members) { $1 }
        let (request, resolved) = try JobRequest.decode(
            kind: .generate,
            payload: .object(payload),
            drawnSeed: 5
        )
        guard case .generate(let request) = request else { return host }
        try GenerationPipeline(
            base: base,
            adapter: adapter,
            request: request,
            subjects: subjects,
            provenance: Provenance(
                base: try base.identity(),
                adapter: adapter.map { _ in
                    ArtifactIdentity(name: "tiny", sha256: String(repeating: "ab", count: 32))
                },
                job: 42
            ),
            resolvedRequest: resolved,
            tileSide: tileSide,
            checkpointInterval: checkpointInterval
        ).run(host: host)
        return host
    }

    /// The bytes of the pictures a job publishes, without anything about how they were made.
    func pictures(_ members: [String: JSONValue] = [:]) throws -> [Data] {
        let bare = members.merging(["png_metadata": "none"]) { $1 }
        return try run(bare).outputs("image").map(\.content)
    }
}
