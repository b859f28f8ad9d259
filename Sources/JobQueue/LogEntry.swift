package import FoundationEssentials
import Postgres

/// A stored line of a job's log.
package struct LogEntry: Sendable, Equatable {
    /// Where a line stands in the job's log.
    package struct Position: Sendable, Equatable {
        package let attempt: Int
        package let sequence: Int

        package init(attempt: Int, sequence: Int) {
            self.attempt = attempt
            self.sequence = sequence
        }
    }

    package let position: Position
    /// When the server got it.
    package let at: Date
    package let level: String
    package let text: String
}

extension LogEntry {
    init(_ row: PostgresRow) throws(PostgresError) {
        self.init(
            position: Position(attempt: try row.value("attempt"), sequence: try row.value("seq")),
            at: try row.value("at"),
            level: try row.value("level"),
            text: try row.value("body")
        )
    }
}
