package import FoundationEssentials
import Postgres

extension PostgresJobStore {
    /// Makes this start of a worker known.
    package func register(_ worker: WorkerRegistration) throws(QueueError) {
        _ = try run(
            """
            SELECT contrast.register_worker(\(worker.id), \(worker.name), \(worker.host),
                \(worker.processID), \(worker.version), \(worker.kinds), \(worker.tags),
                \(worker.memory), \(worker.acceleratorMemory), \(worker.slots))
            """
        )
    }

    /// Says good-bye: what the worker still holds is free at once.
    package func deregister(worker: UUID) throws(QueueError) {
        _ = try run("SELECT contrast.worker_gone(\(worker))")
    }

    /// Takes up to `limit` jobs, the most urgent first.
    ///
    /// `holding` names every job the worker knows it has: a job it holds without knowing, because the
    /// answer to an earlier claim was lost, is handed out again first. Nil where several threads claim for
    /// one worker, and none can tell.
    ///
    /// `base` names the base that the worker has in memory: jobs on it go before others that are as urgent,
    /// a few times.
    package func claim(
        worker: UUID,
        kinds: [String],
        limit: Int = 1,
        leaseDuration: Duration,
        holding: [Lease]?,
        base: String? = nil
    ) throws(QueueError) -> [JobRow] {
        try read(
            """
            SELECT * FROM contrast.claim(\(worker), \(kinds), \(limit), \(leaseDuration),
                \(holding.map { $0.map(\.jobID) }), \(base))
            """,
            JobRow.init
        )
    }

    /// Promotes jobs that are due and takes jobs back from lost workers. Every worker calls it every few
    /// seconds.
    @discardableResult
    package func tick() throws(QueueError) -> TickReport {
        try readOne("SELECT * FROM contrast.tick(chores => false)") { (row) throws(PostgresError) in
            TickReport(
                promoted: try row.value("promoted"),
                rescued: try row.value("rescued"),
                stalled: try row.value("stalled")
            )
        }
    }

    /// Does the rest of the housekeeping: budgets, schedules, urgent jobs, retention, partitions. It is a call of
    /// its own, so that nothing that goes wrong or takes long in it takes a tick back.
    package func keepHouse() throws(QueueError) {
        _ = try run("SELECT contrast.keep_house()")
    }

    /// The outputs of another job of the same owner, which the job names as its input.
    package func inputs(
        for lease: Lease,
        from source: Int
    ) throws(QueueError) -> [OutputRow] {
        try read(
            """
            SELECT o.idx, o.role, o.path, encode(o.sha256, 'hex') AS sha256, o.bytes, o.media_type, o.meta
              FROM contrast.input_outputs(\(lease.jobID), \(lease.token), \(source)) o ORDER BY o.idx
            """,
            OutputRow.init
        )
    }

    /// Whether no job is left that this worker could run now, or that any worker runs.
    ///
    /// A job that is retried after a pause is left; one that is held, paused or scheduled for later is not.
    package func isDrained(worker: UUID) throws(QueueError) -> Bool {
        try readOne("SELECT contrast.drained(\(worker)) AS drained") {
            (row) throws(PostgresError) in
            try row.value("drained")
        }
    }
}
