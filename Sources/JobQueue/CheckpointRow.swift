import Postgres

/// A checkpoint that a job can resume from.
package struct CheckpointRow: Sendable, Equatable {
    /// Steps done.
    package let step: Int
    /// Below the workers' common root.
    package let path: String
    /// Of the content, lower-case hexadecimal.
    package let sha256: String

    package init(step: Int, path: String, sha256: String) {
        self.step = step
        self.path = path
        self.sha256 = sha256
    }
}

extension CheckpointRow {
    /// Reads `resume_step`, `resume_path` and `resume_sha256`; nil where they are NULL.
    init?(resuming row: PostgresRow) throws(PostgresError) {
        guard let step: Int = try row.optional("resume_step") else { return nil }
        self.init(
            step: step,
            path: try row.value("resume_path"),
            sha256: try row.value("resume_sha256", as: PostgresBytes.self).hexadecimal
        )
    }
}
