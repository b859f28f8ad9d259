import Postgres

extension PostgresJobStore {
    /// Lines of the audit trail that the session may see, newest first.
    package func auditTrail(_ filter: AuditFilter = AuditFilter()) throws(QueueError) -> [AuditLine]
    {
        try read(
            """
            SELECT at, who, what, job_id, owner, detail, host(address) AS address, application
              FROM contrast.audit_trail
             WHERE (\(filter.jobID)::bigint IS NULL OR job_id = \(filter.jobID))
               AND (\(filter.who)::name IS NULL OR who = \(filter.who))
               AND (\(filter.what)::text IS NULL OR what = \(filter.what))
               AND (\(filter.since)::interval IS NULL OR at > statement_timestamp() - \(filter.since)::interval)
             ORDER BY at DESC, id DESC LIMIT \(filter.limit)
            """,
            AuditLine.init
        )
    }
}
