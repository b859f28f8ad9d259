import Digests
import Foundation
import JobQueue
import Postgres
import Testing

/// A migrated database with folders for inputs and outputs, and the workers that a fault test starts.
final class FaultQueue {
    let server: FaultServer
    let folder: URL
    private let database = "fault_" + UUID().uuidString.lowercased().replacing("-", with: "")
    private var workers: [WorkerProcess] = []

    /// Makes a database on `server`, the common one by default.
    init(on server: FaultServer? = nil) throws {
        self.server = try server ?? FaultServer.shared.get()
        folder = FileManager.default.temporaryDirectory.appending(path: "contrast-\(database)")
        for name in ["input", "models", "outputs"] {
            try FileManager.default.createDirectory(
                at: folder.appending(path: name),
                withIntermediateDirectories: true
            )
        }
        let admin = PostgresConnectionSettings(
            url: self.server.url(database: "postgres"),
            applicationName: "tests"
        )
        try PostgresConnection(admin).run(
            script: "CREATE DATABASE \(database) TEMPLATE template_contrast"
        )
    }

    deinit {
        for worker in workers { worker.kill() }
        try? FileManager.default.removeItem(at: folder)
    }

    var url: String { server.url(database: database) }

    var settings: PostgresConnectionSettings {
        PostgresConnectionSettings(url: url, applicationName: "tests")
    }

    /// The queue as the superuser sees it.
    var store: PostgresJobStore { PostgresJobStore(settings) }

    /// Starts a worker with a short lease. `lines` are added to its configuration.
    func startWorker(
        _ arguments: [String] = [],
        _ lines: String = "",
        fileSizeLimit: Int? = nil,
        database: String? = nil
    ) throws -> WorkerProcess {
        let file = folder.appending(path: "worker-\(workers.count).conf")
        let text = """
            CONTRAST_DATABASE_URL='\(database ?? url)'
            CONTRAST_INPUT_ROOT=\(folder.path)/input
            CONTRAST_MODELS_ROOT=\(folder.path)/models
            CONTRAST_OUTPUT_ROOT=\(folder.path)/outputs
            CONTRAST_WORKER_NAME=w\(workers.count)
            CONTRAST_POLL=200ms
            CONTRAST_LEASE=2s
            CONTRAST_BEAT=200ms
            CONTRAST_MIN_FREE_DISK=0
            CONTRAST_LOG_FORMAT=json

            """
        try Data((text + lines).utf8).write(to: file)
        let worker = try WorkerProcess(
            [file.path] + arguments,
            log: folder.appending(path: "worker-\(workers.count).log"),
            fileSizeLimit: fileSizeLimit
        )
        workers.append(worker)
        return worker
    }

    /// Enqueues a job that counts.
    func count(
        to steps: Int,
        every interval: Int = 20,
        _ orders: [String] = []
    ) throws -> Int {
        let prompts = orders.map { "\"\($0)\"" }.joined(separator: ",")
        return try store.enqueue(
            JobOrder(
                kind: "train",
                params: """
                    {"data": "d", "max_train_steps": \(steps), "checkpointing_steps": \(interval),
                     "validation_prompts": [\(prompts)]}
                    """
            )
        )
    }

    /// Runs a statement as the superuser.
    func execute(_ sql: String) throws {
        try PostgresConnection(settings).run(script: sql)
    }

    /// The one value of a query, as text.
    func value(_ sql: PostgresQuery) throws -> String? {
        try PostgresConnection(settings).run("SELECT (" + sql + ")::text AS value").first?
            .optional("value")
    }

    /// How many good checkpoints a job has had.
    func checkpointStep(_ job: Int) throws -> Int {
        Int(try value("SELECT max(step) FROM contrast.checkpoint WHERE job_id = \(job)") ?? "") ?? 0
    }

    /// Waits until a job is in a state; shortens the pause after a crash or a failure.
    func waitForState(_ state: JobState, of job: Int, _ place: SourceLocation = #_sourceLocation)
        throws
    {
        try eventually("job \(job) is \(state)", place) {
            try execute(
                "UPDATE contrast.job SET run_at = now() WHERE state = 'waiting' AND deps_left = 0"
            )
            return try store.job(job)?.state == state
        } else: {
            "\(String(describing: try? store.job(job)))"
        }
    }

    /// Checks what must hold after every fault: one winner, its files and nobody else's.
    func expectOneWinner(_ job: Int, steps: Int, _ place: SourceLocation = #_sourceLocation) throws
    {
        let attempts = try store.attempts(of: job)
        let winners = attempts.filter { $0.outcome == .succeeded }
        #expect(winners.count == 1, "one winning attempt", sourceLocation: place)
        #expect(attempts.map(\.token) == attempts.map(\.token).sorted(), sourceLocation: place)
        let outputs = try store.outputs(of: job)
        #expect(Set(outputs.map(\.path)).count == outputs.count, sourceLocation: place)
        for output in outputs {
            let prefix = "\(job)/\(winners.first?.token ?? 0)/"
            #expect(output.path.hasPrefix(prefix), sourceLocation: place)
            let file = folder.appending(path: "outputs/\(output.path)")
            #expect(
                try SHA256.digest(of: file).description == output.sha256,
                "\(output.path)",
                sourceLocation: place
            )
        }
        let adapter = try #require(outputs.first { $0.role == "adapter" }, sourceLocation: place)
        let numbers = try String(
            contentsOf: folder.appending(path: "outputs/\(adapter.path)"),
            encoding: .utf8
        )
        #expect(
            numbers == (0..<steps).map(String.init).joined(separator: " "),
            "every step once",
            sourceLocation: place
        )
        #expect(
            try value("SELECT count(*) FROM contrast.lease WHERE job_id = \(job)") == "0",
            sourceLocation: place
        )
    }
}

/// Looks again and again until a condition holds; fails after a minute.
func eventually(
    _ what: String,
    _ place: SourceLocation = #_sourceLocation,
    _ condition: () throws -> Bool,
    else details: () -> String = { "" }
) throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline {
        if try condition() { return }
        Thread.sleep(forTimeInterval: 0.02)
    }
    try #require(Bool(false), "never: \(what) \(details())", sourceLocation: place)
}
