package import FoundationEssentials
import Postgres

/// A worker process as the view `contrast.workers` shows it.
package struct WorkerSummary: Sendable, Equatable {
    package let id: UUID
    package let name: String
    package let host: String
    package let processID: Int
    package let version: String
    /// `idle`, `busy`, `drain`, `stop`, `silent` or `gone`.
    package let status: String
    package let kinds: [String]
    package let tags: [String]
    /// MiB.
    package let memory: Int
    package let acceleratorMemory: Int
    package let slots: Int
    /// The jobs it holds, as far as the session may see them.
    package let jobs: [Int]
    package let secondsSinceBeat: Double
    package let startedAt: Date
    package let goneAt: Date?
}

extension WorkerSummary {
    init(_ row: PostgresRow) throws(PostgresError) {
        self.init(
            id: try row.value("id"),
            name: try row.value("name"),
            host: try row.value("host"),
            processID: try row.value("pid"),
            version: try row.value("version"),
            status: try row.value("status"),
            kinds: try row.value("kinds"),
            tags: try row.value("tags"),
            memory: try row.value("ram_mb"),
            acceleratorMemory: try row.value("vram_mb"),
            slots: try row.value("slots"),
            jobs: try row.value("jobs"),
            secondsSinceBeat: try row.value("since_beat"),
            startedAt: try row.value("started_at"),
            goneAt: try row.optional("gone_at")
        )
    }
}
