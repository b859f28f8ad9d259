package import FoundationEssentials
import Postgres

/// A job as the view `contrast.jobs` shows it to people.
package struct JobSummary: Sendable, Equatable {
    package let id: Int
    package let kind: String
    package let owner: String
    package let state: JobState
    package let priority: Int
    /// 0…100; nil while it is not known.
    package let percent: Double?
    package let step: Int?
    package let stepCount: Int?
    /// What its worker says it is doing.
    package let note: String?
    package let worker: String?
    package let host: String?
    /// Why it waits, or how it ended.
    package let reason: String?
    package let warnings: [String]
    package let attempts: Int
    package let failures: Int
    package let crashes: Int
    package let yields: Int
    /// Its owner wants it held.
    package let isHeldBack: Bool
    package let isCancelling: Bool
    package let secondsSinceBeat: Double?
    package let idempotencyKey: String?
    package let createdAt: Date
    package let runAt: Date
    /// Of the newest attempt.
    package let startedAt: Date?
    package let finishedAt: Date?
    /// The payload, a JSON object.
    package let params: String
    /// What it uses where the payload names no seed.
    package let seed: Int
}

extension JobSummary {
    /// The columns that the initialiser reads.
    static let columns: PostgresQuery = """
        id, kind, owner, state, priority, percent, step, steps, note, worker, host, reason,
        coalesce(warnings, '{}') AS warnings, attempts, failures, crashes, yields, hold, cancelling,
        extract(epoch FROM since_beat) AS since_beat, idem_key, created_at, run_at, started_at,
        finished_at, params, seed
        """

    init(_ row: PostgresRow) throws(PostgresError) {
        self.init(
            id: try row.value("id"),
            kind: try row.value("kind"),
            owner: try row.value("owner"),
            state: try row.value("state"),
            priority: try row.value("priority"),
            percent: try row.optional("percent"),
            step: try row.optional("step"),
            stepCount: try row.optional("steps"),
            note: try row.optional("note"),
            worker: try row.optional("worker"),
            host: try row.optional("host"),
            reason: try row.optional("reason"),
            warnings: try row.value("warnings"),
            attempts: try row.value("attempts"),
            failures: try row.value("failures"),
            crashes: try row.value("crashes"),
            yields: try row.value("yields"),
            isHeldBack: try row.value("hold"),
            isCancelling: try row.value("cancelling"),
            secondsSinceBeat: try row.optional("since_beat"),
            idempotencyKey: try row.optional("idem_key"),
            createdAt: try row.value("created_at"),
            runAt: try row.value("run_at"),
            startedAt: try row.optional("started_at"),
            finishedAt: try row.optional("finished_at"),
            params: try row.value("params"),
            seed: try row.value("seed")
        )
    }
}
