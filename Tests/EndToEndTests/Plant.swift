import Foundation
import JobQueue
import Postgres
import SmallWorld
import TestSupport
import Testing
import WorkerTestSupport

/// A queue with the real worker, the small base of the generation fixture as the model `tiny`, and a data
/// set of two subjects as the input `toys`.
final class Plant {
    let queue: FaultQueue

    /// Makes an empty queue on `server`, the common one by default.
    init(on server: FaultServer? = nil) throws {
        queue = try FaultQueue(on: server, program: "contrast-worker")
        try FileManager.default.copyItem(
            at: Fixtures.folder("Generation/sd"),
            to: models.appending(path: "tiny")
        )
        try FileManager.default.copyItem(
            at: Fixtures.folder("Generation/reference.png"),
            to: inputs.appending(path: "dog.png")
        )
        try WorldExport(
            sampler: WorldSampler(seed: 3, split: .training, classes: [.mug, .car]),
            subjectCount: 2,
            viewCount: 3,
            side: 32
        )
        .write(to: inputs.appending(path: "toys"))
    }

    var inputs: URL { queue.folder.appending(path: "input") }
    var models: URL { queue.folder.appending(path: "models") }
    var outputs: URL { queue.folder.appending(path: "outputs") }

    /// Starts a worker on one core; `outputs` is its output root below the queue's folder.
    func startWorker(
        _ arguments: [String] = [],
        _ lines: String = "",
        outputs: String = "outputs",
        inside network: NetworkNamespace? = nil
    ) throws -> WorkerProcess {
        try queue.startWorker(
            arguments,
            "CONTRAST_THREADS=1\n" + lines,
            outputs: outputs,
            inside: network
        )
    }

    /// What a function of the queue answers `alice`, who may call it and write no table.
    func ask(_ call: PostgresQuery) throws(PostgresError) -> Int {
        let settings = PostgresConnectionSettings(
            url: queue.url(as: "alice"),
            applicationName: "tests"
        )
        let rows = try PostgresConnection(settings).run("SELECT contrast." + call + " AS id")
        return try rows[0].value("id")
    }

    /// Enqueues a training that takes a second or two; `options` are further fields, and win.
    func train(steps: Int, _ options: String = "{}") throws -> Int {
        try ask(
            """
            enqueue('train', '{"data": "toys", "base": "tiny", "resolution": 32, "train_batch_size": 2,
                "seed": 5, "checkpointing_steps": 5, "validation_steps": 0, "learning_rate": 0.001,
                "validation_prompts": ["a {subject}"], "method": {"depth": 1, "visual_tokens": 2}}'::jsonb
                || jsonb_build_object('max_train_steps', \(steps)::int) || \(options)::jsonb)
            """
        )
    }

    /// Enqueues a job for pictures of the dog with the adapter `own`; `options` are further fields, and win.
    func generate(_ options: String = "{}") throws -> Int {
        try ask(
            """
            enqueue('generate', '{"prompt": "a photo of a dog on the beach", "base": "tiny", "seed": 7,
                "adapter": "own", "subjects": [{"class": "dog", "images": ["dog.png"]}],
                "steps": 1}'::jsonb || \(options)::jsonb)
            """
        )
    }

    /// Waits until a running job is past a step; fails at once when it has ended before.
    func waitForStep(
        _ step: Int,
        of job: Int,
        _ place: SourceLocation = #_sourceLocation
    ) throws {
        try eventually("step \(step)", place) {
            let summary = try #require(try queue.store.job(job), sourceLocation: place)
            try #require(
                [.ready, .running].contains(summary.state),
                "job \(job) is \(summary.state) before it could be disturbed",
                sourceLocation: place
            )
            return (summary.step ?? 0) > step
        }
    }

    /// The content of a finished job's outputs of a role, by their paths below the job's own folder.
    func files(_ role: String, of job: Int) throws -> [String: Data] {
        let rows = try queue.store.outputs(of: job).filter { $0.role == role }
        let files = try rows.map { row in
            let name = row.path.split(separator: "/").dropFirst(2).joined(separator: "/")
            return (name, try Data(contentsOf: outputs.appending(path: row.path)))
        }
        return Dictionary(files) { first, _ in first }
    }

    /// Writes a data set of one dog with a picture for each caption, in the layout of a folder per thing.
    func writeDogs(to name: String, captions: [String]) throws {
        let folder = inputs.appending(path: "\(name)/dog_1")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (index, caption) in captions.enumerated() {
            try FileManager.default.copyItem(
                at: Fixtures.folder("Generation/reference.png"),
                to: folder.appending(path: "\(index + 1).png")
            )
            try Data(caption.utf8).write(to: folder.appending(path: "\(index + 1).txt"))
        }
    }

    /// Gives this plant the adapter `own`.
    func install(adapter: Data) throws {
        let folder = models.appending(path: "own")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try adapter.write(to: folder.appending(path: "adapter.safetensors"))
    }

    /// Checks that a job has left the files of its rows and no others.
    func expectOnlyTheFilesOfRows(
        of job: Int,
        _ place: SourceLocation = #_sourceLocation
    ) throws {
        let folder = outputs.appending(path: "\(job)")
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
            .filter { !folder.appending(path: $0).isFolder }
            .map { "\(job)/\($0)" }
        let rows = try queue.store.outputs(of: job).map(\.path)
        #expect(files.sorted() == rows.sorted(), sourceLocation: place)
        let work = outputs.appending(path: ".work/\(job)")
        try eventually("the unfinished files are gone", place) {
            !FileManager.default.fileExists(atPath: work.path)
        }
    }

    /// Checks that nothing of a job is left among the outputs, finished or not.
    func expectNothingLeft(of job: Int, _ place: SourceLocation = #_sourceLocation) throws {
        for path in ["\(job)", ".work/\(job)"] {
            let folder = outputs.appending(path: path)
            // The row comes before the clearing up.
            try eventually("\(path) is gone", place) {
                !FileManager.default.fileExists(atPath: folder.path)
            } else: {
                "\((try? FileManager.default.subpathsOfDirectory(atPath: folder.path)) ?? [])"
            }
        }
        #expect(try queue.store.outputs(of: job).isEmpty, sourceLocation: place)
    }
}

extension URL {
    /// Whether a folder lies there.
    fileprivate var isFolder: Bool {
        let values = try? resourceValues(forKeys: [.isDirectoryKey])
        return values?.isDirectory == true
    }
}
