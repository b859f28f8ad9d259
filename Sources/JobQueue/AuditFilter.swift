/// Which lines of the audit trail are looked at.
package struct AuditFilter: Sendable {
    package var jobID: Int?
    package var who: String?
    package var what: String?
    /// Not longer ago.
    package var since: Duration?
    package var limit = 50

    package init() {}
}
