import Postgres

extension PostgresJobStore {
    /// Ends an attempt; its outputs are published in the same transaction.
    ///
    /// Sending the same end again is harmless. Throws `QueueError.staleLease` where the job has gone to
    /// another worker: then nothing was published.
    package func settle(_ lease: Lease, _ end: AttemptEnd) throws(QueueError) -> Settlement {
        let outcome: AttemptOutcome
        var outputs: [OutputRow] = []
        var failure: JobFailure?
        switch end {
        case .succeeded(let rows):
            outcome = .succeeded
            outputs = rows
        case .failed(let reason):
            outcome = .failed
            failure = reason
        case .cancelled: outcome = .cancelled
        case .yielded: outcome = .yielded
        }
        let answer: String = try readOne(
            """
            SELECT contrast.finish(\(lease.jobID), \(lease.token), \(outcome.rawValue),
                \("[" + outputs.map(\.json).joined(separator: ",") + "]"),
                \(failure?.failureClass.rawValue), \(failure.map { PostgresText.withoutNUL($0.stage) }),
                \(failure.map { PostgresText.withoutNUL($0.text) })) AS answer
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
}
