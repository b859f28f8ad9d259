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

    /// How much there is to do of each kind, over all owners: what a worker may know of it.
    package func totals() throws(QueueError) -> [KindDepth] {
        try read(
            """
            SELECT kind, waiting, ready, running, held, extract(epoch FROM oldest_ready) AS oldest_ready, paused
              FROM contrast.depth()
            """,
            KindDepth.init
        )
    }

    /// Whether the login may run jobs.
    package func mayWork() throws(QueueError) -> Bool {
        try readOne("SELECT pg_has_role('contrast_worker', 'member') AS may") {
            (row) throws(PostgresError) in try row.value("may")
        }
    }
}
