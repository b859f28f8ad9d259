internal import Digests
package import Foundation
package import JobQueue
package import Postgres
package import Testing

/// A migrated database with folders for inputs and outputs, and the workers that a fault test starts.
package final class FaultQueue {
    package let server: FaultServer
    package let folder: URL
    private let program: String
    let database: String
    private var workers: [WorkerProcess] = []

    /// Makes a database on `server`, the common one by default, for workers that run `program`.
    package init(on server: FaultServer? = nil, program: String = "FaultWorker") throws {
        self.program = program
        database = "fault_" + UUID().uuidString.lowercased().replacing("-", with: "")
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
        // A copy through the log (the default since PostgreSQL 15) takes a sequence's unlogged values for logged ones, so
        // that a crash gives them out twice; a copy of the files does not.
        try PostgresConnection(admin).run(
            script: "CREATE DATABASE \(database) TEMPLATE template_contrast STRATEGY file_copy"
        )
        TestedQueues.current?.add(self)
    }

    /// The same queue on a standby of its server, or on what the standby has become.
    package init(copyOf queue: FaultQueue, on server: FaultServer) throws {
        self.server = server
        program = queue.program
        database = queue.database
        folder = FileManager.default.temporaryDirectory.appending(
            path: "contrast-copy-\(UUID().uuidString)"
        )
        TestedQueues.current?.add(self)
    }

    /// The queue as a backup has it, on another server, with the files that were copied after the database.
    package init(
        restoring backup: URL,
        of queue: FaultQueue,
        files: URL,
        on server: FaultServer
    ) throws {
        self.server = server
        program = queue.program
        database = queue.database
        folder = files
        try server.restore(backup, as: database)
        TestedQueues.current?.add(self)
    }

    /// Copies inputs, models, outputs and checkpoints, and returns the folder of the copy.
    package func copyFiles() throws -> URL {
        let copy = FileManager.default.temporaryDirectory.appending(
            path: "contrast-copy-\(UUID().uuidString)"
        )
        try FileManager.default.createDirectory(at: copy, withIntermediateDirectories: true)
        for name in ["input", "models", "outputs"] {
            try FileManager.default.copyItem(
                at: folder.appending(path: name),
                to: copy.appending(path: name)
            )
        }
        return copy
    }

    /// Whether every published file of jobs that succeeded is as its row says, as `contrastctl` finds.
    package func verifiesOutputs() throws -> Bool {
        let log = folder.appending(path: "verify.log")
        let arguments = [
            "verify-outputs", "--state", "succeeded", "--everyone", "--output-root",
            folder.appending(path: "outputs").path, "--database", url(),
        ]
        return try WorkerProcess("contrastctl", arguments, log: log).waitForExit() == 0
    }

    /// Writes the database to a file.
    package func backUp() throws -> URL { try server.dump(database) }

    deinit { takeDown() }

    /// Ends its workers and takes its folder away.
    package func takeDown() {
        for worker in workers { worker.kill() }
        try? FileManager.default.removeItem(at: folder)
    }

    /// How to reach the database as a user of `FaultServer.url`.
    package func url(as user: String = "postgres") -> String {
        server.url(database: database, user: user)
    }

    private var settings: PostgresConnectionSettings {
        PostgresConnectionSettings(url: url(), applicationName: "tests")
    }

    /// The queue as the superuser sees it.
    package var store: PostgresJobStore { PostgresJobStore(settings) }

    /// How to reach the database through a proxy.
    package func url(through proxy: FaultProxy, as user: String = "machine") -> String {
        proxy.url(database: database, user: user)
    }

    /// Starts a worker with a short lease. `outputs` is its output root below the queue's folder; `lines` are
    /// added to its configuration.
    package func startWorker(
        _ arguments: [String] = [],
        _ lines: String = "",
        fileSizeLimit: Int? = nil,
        addressSpaceLimit: Int? = nil,
        database: String? = nil,
        outputs: String = "outputs",
        lease: String = "2s",
        beat: String = "200ms",
        environment: [String: String] = [:],
        inside network: NetworkNamespace? = nil
    ) throws -> WorkerProcess {
        let pooler = try FaultPooler.isWanted ? server.pooler.get() : nil
        let database =
            database ?? network.map { server.url(database: self.database, inside: $0) }
            ?? pooler?.url(database: self.database) ?? url(as: "machine")
        let file = folder.appending(path: "worker-\(workers.count).conf")
        let text = """
            CONTRAST_DATABASE_URL='\(database)'
            CONTRAST_INPUT_ROOT=\(folder.path)/input
            CONTRAST_MODELS_ROOT=\(folder.path)/models
            CONTRAST_OUTPUT_ROOT=\(folder.path)/\(outputs)
            CONTRAST_WORKER_NAME=w\(workers.count)
            CONTRAST_POLL=200ms
            CONTRAST_LEASE=\(lease)
            CONTRAST_BEAT=\(beat)
            CONTRAST_MIN_FREE_DISK=0
            CONTRAST_LOG_FORMAT=json

            """
        try Data((text + lines).utf8).write(to: file)
        let worker = try WorkerProcess(
            program,
            ["--config", file.path] + arguments,
            log: folder.appending(path: "worker-\(workers.count).log"),
            fileSizeLimit: fileSizeLimit,
            addressSpaceLimit: addressSpaceLimit,
            environment: environment,
            inside: network
        )
        workers.append(worker)
        return worker
    }

    /// Runs a statement as the superuser.
    package func execute(_ sql: String) throws {
        try PostgresConnection(settings).run(script: sql)
    }

    /// The one value of a query, as text.
    package func value(_ sql: PostgresQuery) throws -> String? {
        try PostgresConnection(settings).run("SELECT (" + sql + ")::text AS value").first?
            .optional("value")
    }

    /// Lets every lease run out, and the queue notice it.
    package func loseLeases() throws {
        try execute("UPDATE contrast.lease SET expires_at = clock_timestamp() - interval '1 s'")
        try store.tick()
    }

    /// The step of the newest checkpoint of a job.
    package func checkpointStep(_ job: Int) throws -> Int {
        Int(try value("SELECT max(step) FROM contrast.checkpoint WHERE job_id = \(job)") ?? "") ?? 0
    }

    /// Waits until a running job has taken so many steps.
    package func waitForStep(
        _ step: Int,
        of job: Int,
        _ place: SourceLocation = #_sourceLocation
    ) throws {
        try eventually("job \(job) reaches step \(step)", place) {
            (try store.job(job)?.step ?? 0) >= step
        } else: {
            "\(String(describing: try? store.job(job)))"
        }
    }

    /// Waits until a job is in a state; shortens the pause after a crash or a failure.
    package func waitForState(
        _ state: JobState,
        of job: Int,
        for patience: Duration = .seconds(180),
        _ place: SourceLocation = #_sourceLocation
    ) throws {
        try eventually("job \(job) is \(state)", for: patience, place) {
            try execute(
                "UPDATE contrast.job SET run_at = now() WHERE state = 'waiting' AND deps_left = 0"
            )
            return try store.job(job)?.state == state
        } else: {
            "\(String(describing: try? store.job(job)))"
        }
    }

    /// Checks what must hold of the whole queue after every fault, finished or not, and of the files of its rows.
    package func expectInvariants(_ place: SourceLocation = #_sourceLocation) throws {
        let invariants = QueueInvariants(try connection())
        let found =
            try invariants.violations()
            + invariants.fileViolations(in: folder.appending(path: "outputs"))
        #expect(found == [], sourceLocation: place)
    }

    /// Checks what must hold of a job that was to succeed: one winner, its files and nobody else's.
    package func expectOneWinner(
        _ job: Int,
        outputs root: String = "outputs",
        _ place: SourceLocation = #_sourceLocation
    ) throws {
        let attempts = try store.attempts(of: job)
        let winners = attempts.filter { $0.outcome == .succeeded }
        #expect(winners.count == 1, "one winning attempt", sourceLocation: place)
        #expect(attempts.map(\.token) == attempts.map(\.token).sorted(), sourceLocation: place)
        let outputs = try store.outputs(of: job)
        #expect(Set(outputs.map(\.path)).count == outputs.count, sourceLocation: place)
        for output in outputs {
            let prefix = "\(job)/\(winners.first?.token ?? 0)/"
            #expect(output.path.hasPrefix(prefix), sourceLocation: place)
            let file = folder.appending(path: "\(root)/\(output.path)")
            #expect(
                try SHA256.digest(of: file).description == output.sha256,
                "\(output.path)",
                sourceLocation: place
            )
        }
        #expect(
            try value("SELECT count(*) FROM contrast.lease WHERE job_id = \(job)") == "0",
            sourceLocation: place
        )
    }
}
