import Postgres

extension PostgresJobStore {
    /// What may slow the queue down. Needs contrast_read or contrast_admin.
    package func health() throws(QueueError) -> [HealthRow] {
        try read(
            "SELECT what, value::float8 AS value, unit, culprit FROM contrast.health()",
            HealthRow.init
        )
    }

    /// Ready jobs that no live worker could ever take, the oldest first.
    package func unplaceable() throws(QueueError) -> [Int] {
        try read("SELECT id FROM contrast.unplaceable ORDER BY id LIMIT 100") {
            (row) throws(PostgresError) in try row.value("id")
        }
    }

    /// Whether the login may run jobs.
    package func mayWork() throws(QueueError) -> Bool {
        try readOne("SELECT pg_has_role('contrast_worker', 'member') AS may") {
            (row) throws(PostgresError) in try row.value("may")
        }
    }
}
