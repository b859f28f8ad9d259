import Postgres

extension PostgresJobStore {
    /// The jobs that a filter lets through, newest first.
    package func jobs(_ filter: JobFilter = JobFilter()) throws(QueueError) -> [JobSummary] {
        try read(
            "SELECT \(JobSummary.columns) FROM contrast.jobs \(filter.clause)",
            JobSummary.init
        )
    }

    /// A job; nil if there is none of this number that the session may see.
    package func job(_ id: Int) throws(QueueError) -> JobSummary? {
        try read(
            "SELECT \(JobSummary.columns) FROM contrast.jobs WHERE id = \(id)",
            JobSummary.init
        ).first
    }

    /// The attempts at a job, first one first.
    package func attempts(of id: Int) throws(QueueError) -> [AttemptSummary] {
        try read(
            "SELECT * FROM contrast.attempts WHERE job_id = \(id) ORDER BY n",
            AttemptSummary.init
        )
    }

    /// The outputs of a job, in order.
    package func outputs(of id: Int) throws(QueueError) -> [OutputRow] {
        try read("SELECT * FROM contrast.outputs WHERE job_id = \(id) ORDER BY idx", OutputRow.init)
    }

    /// Up to `limit` lines of a job's log after a position, oldest first.
    package func log(
        of id: Int,
        after position: LogEntry.Position? = nil,
        limit: Int = 1_000
    ) throws(QueueError) -> [LogEntry] {
        let position = position ?? LogEntry.Position(attempt: 0, sequence: 0)
        return try read(
            """
            SELECT attempt, seq, at, level, body FROM contrast.logs
             WHERE job_id = \(id) AND (attempt, seq) > (\(position.attempt)::int, \(position.sequence)::bigint)
             ORDER BY attempt, seq LIMIT \(limit)
            """,
            LogEntry.init
        )
    }

    /// The last `limit` lines of a job's log, oldest first.
    package func logTail(of id: Int, limit: Int) throws(QueueError) -> [LogEntry] {
        try read(
            """
            SELECT * FROM (
                SELECT attempt, seq, at, level, body FROM contrast.logs WHERE job_id = \(id)
                 ORDER BY attempt DESC, seq DESC LIMIT \(limit)) tail ORDER BY attempt, seq
            """,
            LogEntry.init
        )
    }

    /// The points of a job's curves after a step, by name and step; nil takes every curve.
    package func metrics(
        of id: Int,
        name: String? = nil,
        after step: Int = -1
    ) throws(QueueError) -> [MetricPoint] {
        try read(
            """
            SELECT name, step, value FROM contrast.metric_points
             WHERE job_id = \(id) AND (\(name)::text IS NULL OR name = \(name)) AND step > \(step)
             ORDER BY name, step
            """
        ) { (row) throws(PostgresError) in
            MetricPoint(
                name: try row.value("name"),
                step: try row.value("step"),
                value: try row.value("value")
            )
        }
    }

    /// The workers, those that are gone last.
    package func workers(includingGone: Bool = false) throws(QueueError) -> [WorkerSummary] {
        try read(
            """
            SELECT id, name, host, pid, version, status, kinds, tags, ram_mb, vram_mb, slots,
                coalesce(jobs, '{}') AS jobs, extract(epoch FROM since_beat) AS since_beat, started_at, gone_at
              FROM contrast.workers WHERE \(includingGone) OR gone_at IS NULL
             ORDER BY gone_at DESC NULLS FIRST, started_at
            """,
            WorkerSummary.init
        )
    }

    /// How much there is to do of each kind.
    package func depths() throws(QueueError) -> [KindDepth] {
        try read(
            """
            SELECT kind, waiting, ready, running, held, extract(epoch FROM oldest_ready) AS oldest_ready, paused
              FROM contrast.queue_depth ORDER BY kind
            """,
            KindDepth.init
        )
    }

    /// The newest migration of the database; nil where there is no queue.
    package func schemaVersion() throws(QueueError) -> Int? {
        let isThere = try readOne("SELECT to_regclass('contrast.migration') IS NOT NULL AS there") {
            (row) throws(PostgresError) in try row.value("there", as: Bool.self)
        }
        guard isThere else { return nil }
        return try readOne("SELECT max(version) AS version FROM contrast.migration") {
            (row) throws(PostgresError) in try row.optional("version")
        }
    }
}
