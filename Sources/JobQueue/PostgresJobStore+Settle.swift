import Postgres

extension PostgresJobStore {
    /// Ends an attempt; its outputs are published in the same transaction.
    ///
    /// Sending the same end again is harmless. Throws `QueueError.staleLease` where the job has gone to
    /// another worker: then nothing was published.
    package func settle(_ lease: Lease, _ end: AttemptEnd) throws(QueueError) -> Settlement {
        let end = EndArguments(end)
        let answer: String = try readOne(
            """
            SELECT contrast.finish(\(lease.jobID), \(lease.token), \(end.outcome), \(end.outputs),
                \(end.errorClass), \(end.errorStage), \(end.errorText)) AS answer
            """
        ) { (row) throws(PostgresError) in try row.value("answer") }
        if answer == "already" { return .already }
        guard let state = JobState(rawValue: answer) else {
            throw .database(
                .column("answer", expected: JobState.postgresDescription, foundNull: false)
            )
        }
        return .state(state)
    }

    /// Leaves the end of an attempt to housekeeping, which brings it as soon as the job can be changed again: somebody's
    /// transaction keeps the job locked. The worker is free for the next one.
    package func leave(_ lease: Lease, _ end: AttemptEnd) throws(QueueError) {
        let end = EndArguments(end)
        _ = try run(
            """
            SELECT contrast.leave(\(lease.jobID), \(lease.token), \(end.outcome), \(end.outputs),
                \(end.errorClass), \(end.errorStage), \(end.errorText))
            """
        )
    }
}
