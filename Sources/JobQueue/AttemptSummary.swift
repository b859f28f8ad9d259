package import FoundationEssentials
import Postgres

/// One time that a worker took a job, as the view `contrast.attempts` shows it.
package struct AttemptSummary: Sendable, Equatable {
    /// Counts from 1.
    package let number: Int
    package let token: Int
    package let worker: String
    package let host: String
    /// The step of the checkpoint it went on from.
    package let resumedStep: Int?
    package let lastStep: Int?
    package let startedAt: Date
    package let endedAt: Date?
    /// Nil while it runs.
    package let outcome: AttemptOutcome?
    package let failure: JobFailure?
}

extension AttemptSummary {
    init(_ row: PostgresRow) throws(PostgresError) {
        let failureClass: FailureClass? = try row.optional("error_class")
        let stage: String? = try row.optional("error_stage")
        let text: String? = try row.optional("error")
        self.init(
            number: try row.value("n"),
            token: try row.value("token"),
            worker: try row.value("worker"),
            host: try row.value("host"),
            resumedStep: try row.optional("resumed_step"),
            lastStep: try row.optional("last_step"),
            startedAt: try row.value("started_at"),
            endedAt: try row.optional("ended_at"),
            outcome: try row.optional("outcome"),
            failure: failureClass.map { JobFailure($0, stage: stage ?? "", text: text ?? "") }
        )
    }
}
