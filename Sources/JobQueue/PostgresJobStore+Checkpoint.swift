import Postgres

extension PostgresJobStore {
    /// Makes a checkpoint, complete and durable on disk, the one to resume from.
    package func saveCheckpoint(
        _ lease: Lease,
        _ checkpoint: CheckpointRow,
        byteCount: Int
    ) throws(QueueError) {
        guard let sha256 = PostgresBytes(hexadecimal: checkpoint.sha256) else {
            throw .badRequest(
                "expected a SHA-256 in hexadecimal digits, found \"\(checkpoint.sha256)\""
            )
        }
        _ = try run(
            """
            SELECT contrast.save_checkpoint(\(lease.jobID), \(lease.token), \(checkpoint.step),
                \(checkpoint.path), \(sha256), \(byteCount))
            """
        )
    }

    /// Takes a checkpoint that cannot be read out of use; returns the next older good one.
    package func markCheckpointBad(
        _ lease: Lease,
        path: String,
        why: String
    ) throws(QueueError) -> CheckpointRow? {
        try read(
            """
            SELECT * FROM contrast.mark_checkpoint_bad(\(lease.jobID), \(lease.token), \(path),
                \(PostgresText.withoutNUL(why)))
            """,
            CheckpointRow.init(resuming:)
        ).first ?? nil
    }

    /// Forgets a checkpoint whose files are about to be removed.
    package func dropCheckpoint(_ lease: Lease, path: String) throws(QueueError) {
        _ = try run("SELECT contrast.drop_checkpoint(\(lease.jobID), \(lease.token), \(path))")
    }
}
