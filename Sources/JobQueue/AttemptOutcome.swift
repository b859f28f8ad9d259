import Postgres

/// How an attempt ended, as the table of attempts names it.
package enum AttemptOutcome: String, CaseIterable, Sendable {
    case succeeded
    case failed
    case cancelled
    /// Given back in good order, with a checkpoint: not counted against the job.
    case yielded
    /// The worker stopped beating, and the queue took the job back.
    case lost
}

extension AttemptOutcome: PostgresDecodable {
    package static var postgresDescription: String { "the outcome of an attempt" }

    package init?(postgresText: String) { self.init(rawValue: postgresText) }
}
