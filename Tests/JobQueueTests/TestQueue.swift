import Foundation
import JobQueue
import Postgres
import Testing
import WorkerTestSupport

/// A migrated database of one test, with two registered workers and the logins `alice` and `bob` (submit),
/// `worker`, `root` (admin), `reader` and `stranger` (no role).
///
/// Runs where `scripts/with-postgres` names a server.
final class TestQueue: Sendable {
    /// The server's URL; nil outside `scripts/with-postgres`.
    static let server = ProcessInfo.processInfo.environment["CONTRAST_TEST_DATABASE_URL"]
    static let leaseDuration = Duration.seconds(60)

    let database: String
    let workerID = UUID()
    let otherWorkerID = UUID()

    /// Hands `body` an empty queue, and checks afterwards that its invariants hold.
    ///
    /// - Parameter forced: Whether `body` writes into tables what no function of the queue would.
    static func with(forced: Bool = false, _ body: (TestQueue) throws -> Void) throws {
        let queue = try TestQueue()
        try body(queue)
        if !forced {
            let invariants = try QueueInvariants(queue.connection(as: "postgres"))
            #expect(try invariants.violations() == [])
        }
        try DatabasePool.shared.giveBack(queue.database)
    }

    /// Hands `body` an empty queue whose tables it may change: nobody else gets it afterwards.
    static func withOwnDatabase(_ body: (TestQueue) throws -> Void) throws {
        let queue = try TestQueue()
        try body(queue)
        let server = try connection(database: "postgres", user: "postgres")
        try server.run(script: "DROP DATABASE \(queue.database) WITH (FORCE)")
    }

    private init() throws {
        database = try DatabasePool.shared.take()
        let store = store(as: "worker")
        for (id, name) in [(workerID, "first"), (otherWorkerID, "second")] {
            try store.register(
                WorkerRegistration(
                    id: id,
                    name: name,
                    host: "host",
                    processID: 1,
                    version: "0",
                    kinds: ["train", "generate"],
                    tags: ["cpu"],
                    memory: 8_000
                )
            )
        }
    }

    /// A store of a user of this database.
    func store(as user: String) -> PostgresJobStore {
        PostgresJobStore(Self.settings(database: database, user: user))
    }

    /// A connection of a user to this database.
    func connection(as user: String) throws -> PostgresConnection {
        try Self.connection(database: database, user: user)
    }

    static func connection(database: String, user: String) throws -> PostgresConnection {
        try PostgresConnection(settings(database: database, user: user))
    }

    static func settings(database: String, user: String) -> PostgresConnectionSettings {
        let host = (server ?? "").split(separator: "host=").last?.split(separator: "&").first ?? ""
        return PostgresConnectionSettings(
            url: "postgresql:///\(database)?host=\(host)&user=\(user)",
            applicationName: "tests"
        )
    }
}

// MARK: what people do

extension TestQueue {
    /// The first column of the query's first row as a user sees it; nil for NULL or no row.
    func one(_ user: String, _ query: PostgresQuery) throws -> String? {
        try connection(as: user).run("SELECT (\(query))::text AS one").first?.optional("one")
    }

    /// The SQLSTATE a user gets for a query; nil if it succeeds.
    func refusal(_ user: String, _ query: PostgresQuery) throws -> SQLState? {
        do {
            try connection(as: user).run(query)
            return nil
        } catch let error as PostgresError {
            return error.state
        }
    }

    /// The number of a new job.
    func enqueue(
        _ user: String = "alice",
        _ kind: String = "generate",
        params: String = "{}",
        _ change: (inout JobOrder) -> Void = { _ in }
    ) throws -> Int {
        var order = JobOrder(kind: kind, params: params)
        change(&order)
        return try store(as: user).enqueue(order)
    }

    /// Runs statements as the server's superuser.
    func force(_ script: String) throws {
        try connection(as: "postgres").run(script: script)
    }

    /// Columns of a job, joined by spaces, as the superuser sees them.
    func job(_ id: Int, _ columns: String) throws -> String {
        let columns = PostgresQuery(stringLiteral: "concat_ws(' ', \(columns))")
        return try one("postgres", "SELECT \(columns) FROM contrast.job WHERE id = \(id)") ?? "none"
    }
}

// MARK: what workers do

extension TestQueue {
    /// Claims as the first worker or another one.
    func claim(
        _ kind: String = "generate",
        limit: Int = 1,
        as worker: UUID? = nil,
        base: String? = nil
    ) throws -> [JobRow] {
        let worker = worker ?? workerID
        let held = try connection(as: "postgres")
            .run("SELECT job_id, token FROM contrast.lease WHERE worker_id = \(worker)")
            .map { Lease(jobID: try $0.value("job_id"), token: try $0.value("token")) }
        return try store(as: "worker").claim(
            worker: worker,
            kinds: [kind],
            limit: limit,
            leaseDuration: Self.leaseDuration,
            holding: held,
            base: base
        )
    }

    /// Claims one job, which has to be there.
    func claimOne(_ kind: String = "generate", as worker: UUID? = nil) throws -> JobRow {
        try #require(try claim(kind, as: worker).first)
    }

    /// What a beat of the first worker, or another one, says of a lease.
    func beat(_ lease: Lease, step: Int = 1, as worker: UUID? = nil) throws -> LeaseStatus {
        let reply = try store(as: "worker").beat(
            worker: worker ?? workerID,
            isIdle: false,
            reports: [BeatReport(lease: lease, step: step, stepCount: 100)],
            leaseDuration: Self.leaseDuration
        )
        return try #require(reply.leases.first)
    }

    func settle(_ lease: Lease, _ end: AttemptEnd) throws -> Settlement {
        try store(as: "worker").settle(lease, end)
    }

    func fail(
        _ lease: Lease,
        _ failureClass: FailureClass = .transient
    ) throws -> Settlement {
        try settle(lease, .failed(JobFailure(failureClass, stage: "train", text: "it broke")))
    }

    @discardableResult
    func tick() throws -> TickReport {
        let worker = store(as: "worker")
        let report = try worker.tick()
        try worker.keepHouse()
        return report
    }

    /// Lets every lease run out and the queue notice it.
    @discardableResult
    func loseWorkers() throws -> TickReport {
        try force("UPDATE contrast.lease SET expires_at = clock_timestamp() - interval '1 s'")
        return try tick()
    }

    /// Ends the pause before a job's next attempt.
    func endPause(of id: Int) throws {
        try force("UPDATE contrast.job SET run_at = clock_timestamp() WHERE id = \(id)")
        try tick()
    }
}

extension Trait where Self == ConditionTrait {
    /// The test needs a PostgreSQL of its own.
    static var needsPostgres: Self {
        .enabled(if: TestQueue.server != nil, "run it with scripts/with-postgres swift test")
    }
}

extension OutputRow {
    /// A file that a job might have made.
    static func sample(_ index: Int = 0, path: String = "o/w.safetensors") -> OutputRow {
        OutputRow(
            index: index,
            role: "adapter",
            path: path,
            sha256: String(repeating: "ab", count: 32),
            byteCount: 9,
            mediaType: "application/octet-stream",
            metadata: #"{"note": "a \"quoted\" text", "seed": 7}"#
        )
    }
}

extension CheckpointRow {
    /// A checkpoint at a step.
    static func sample(_ step: Int) -> CheckpointRow {
        CheckpointRow(step: step, path: "ck/\(step)", sha256: String(repeating: "cd", count: 32))
    }
}
