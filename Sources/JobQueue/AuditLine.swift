package import FoundationEssentials
import Postgres

/// One line of the view `contrast.audit_trail`: who did what.
package struct AuditLine: Sendable, Equatable {
    package let at: Date
    /// The login of the session.
    package let who: String
    /// `enqueued`, `cancelled`, `paused`, …
    package let what: String
    package let jobID: Int?
    /// Of the job.
    package let owner: String?
    /// A JSON object.
    package let detail: String?
    /// Where the session came from; nil is the machine of the server.
    package let address: String?
    package let application: String?
}

extension AuditLine {
    init(_ row: PostgresRow) throws(PostgresError) {
        self.init(
            at: try row.value("at"),
            who: try row.value("who"),
            what: try row.value("what"),
            jobID: try row.optional("job_id"),
            owner: try row.optional("owner"),
            detail: try row.optional("detail"),
            address: try row.optional("address"),
            application: try row.optional("application")
        )
    }
}
