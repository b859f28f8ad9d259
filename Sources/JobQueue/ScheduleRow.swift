package import FoundationEssentials
import Postgres

/// A job that is enqueued by the clock.
package struct ScheduleRow: Sendable, Equatable {
    package let name: String
    package let owner: String
    /// Minute, hour, day, month and weekday as cron has them, in UTC.
    package let spec: String
    package let kind: String
    /// The payload, a JSON object.
    package let params: String
    package let priority: Int
    package let nextAt: Date
    package let lastJob: Int?
    /// Why the last job could not be enqueued.
    package let lastError: String?
    /// Times that were left out because the job before had not ended.
    package let skippedCount: Int
}

extension ScheduleRow {
    init(_ row: PostgresRow) throws(PostgresError) {
        self.init(
            name: try row.value("name"),
            owner: try row.value("owner"),
            spec: try row.value("spec"),
            kind: try row.value("kind"),
            params: try row.value("params"),
            priority: try row.value("priority"),
            nextAt: try row.value("next_at"),
            lastJob: try row.optional("last_job"),
            lastError: try row.optional("last_error"),
            skippedCount: try row.value("skipped")
        )
    }
}
