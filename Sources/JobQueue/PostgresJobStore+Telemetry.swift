import Postgres

extension PostgresJobStore {
    /// Stores lines of a job's log. A line is stored once, however often it is sent.
    package func append(_ lines: [LogLine], of lease: Lease) throws(QueueError) {
        guard !lines.isEmpty else { return }
        _ = try run(
            """
            SELECT contrast.append_log(\(lease.jobID), \(lease.token), \(lines.map(\.sequence)),
                \(lines.map(\.level)), \(lines.map { PostgresText.withoutNUL($0.text) }))
            """
        )
    }

    /// Stores points of a job's curves; `batch` counts the batches of the attempt, from 0.
    package func append(
        _ points: [MetricPoint],
        batch: Int,
        of lease: Lease
    ) throws(QueueError) {
        guard !points.isEmpty else { return }
        _ = try run(
            """
            SELECT contrast.append_metrics(\(lease.jobID), \(lease.token), \(batch),
                \(points.map(\.name)), \(points.map(\.step)), \(points.map(\.value)))
            """
        )
    }

    /// Adds a sentence to a job's warnings.
    package func warn(_ text: String, of lease: Lease) throws(QueueError) {
        _ = try run(
            """
            SELECT contrast.add_warning(\(lease.jobID), \(lease.token), \(PostgresText.withoutNUL(text)))
            """
        )
    }
}
