import Postgres

extension PostgresJobStore {
    /// How long ended jobs of a kind, or of every kind without a rule of its own (nil), are kept; nil for ever.
    package func setRetention(
        kind: String?,
        keeping age: Duration?,
        removingFiles: Bool
    ) throws(QueueError) {
        _ = try run("SELECT contrast.set_retention(\(kind ?? "*"), \(age), \(removingFiles))")
    }

    /// The rules, by kind.
    package func retentionRules() throws(QueueError) -> [RetentionRule] {
        try read(
            """
            SELECT kind, extract(epoch FROM keep)::float8 AS keep, files FROM contrast.retention ORDER BY kind
            """
        ) { (row) throws(PostgresError) in
            RetentionRule(
                kind: try row.value("kind"),
                seconds: try row.value("keep"),
                removesFiles: try row.value("files")
            )
        }
    }

    /// The name of this queue, which its output roots carry.
    package func queueID() throws(QueueError) -> String {
        try readOne("SELECT value #>> '{}' AS id FROM contrast.setting WHERE key = 'queue_id'") {
            (row) throws(PostgresError) in try row.value("id")
        }
    }

    /// Of these jobs those whose files are not needed any more.
    package func leftovers(of jobs: [Int]) throws(QueueError) -> [Leftover] {
        try read("SELECT job, keep FROM contrast.leftovers(\(jobs))") {
            (row) throws(PostgresError) in
            Leftover(job: try row.value("job"), publishedToken: try row.optional("keep"))
        }
    }
}
