import Postgres

/// A job as a claim hands it to a worker: columns without meaning.
package struct JobRow: Sendable, Equatable {
    package let lease: Lease
    /// Counts from 1 over the whole life of the job.
    package let attempt: Int
    package let kind: String
    package let owner: String
    /// The payload, a JSON object.
    package let params: String
    /// Drawn when the job was enqueued, 0..<2³²: what every attempt uses where the payload names no seed.
    package let seed: Int
    /// How often its code has failed, and how often a worker was lost over it since its last progress.
    package let failures: Int
    package let crashes: Int
    package let maxFailures: Int
    /// The newest good checkpoint of an earlier attempt.
    package let resume: CheckpointRow?

    package init(
        lease: Lease,
        attempt: Int,
        kind: String,
        owner: String,
        params: String,
        seed: Int,
        failures: Int = 0,
        crashes: Int = 0,
        maxFailures: Int = 3,
        resume: CheckpointRow? = nil
    ) {
        self.lease = lease
        self.attempt = attempt
        self.kind = kind
        self.owner = owner
        self.params = params
        self.seed = seed
        self.failures = failures
        self.crashes = crashes
        self.maxFailures = maxFailures
        self.resume = resume
    }
}

extension JobRow {
    init(_ row: PostgresRow) throws(PostgresError) {
        self.init(
            lease: Lease(jobID: try row.value("job_id"), token: try row.value("token")),
            attempt: try row.value("attempt"),
            kind: try row.value("kind"),
            owner: try row.value("owner"),
            params: try row.value("params"),
            seed: try row.value("seed"),
            failures: try row.value("failures"),
            crashes: try row.value("crashes"),
            maxFailures: try row.value("max_failures"),
            resume: try CheckpointRow(resuming: row)
        )
    }
}
