import Postgres

/// Where a job is in its life.
///
/// waiting → ready → running → succeeded | failed | cancelled; `held` beside the first three.
package enum JobState: String, CaseIterable, Sendable {
    /// Not yet: for other jobs, for a time, or for the end of a pause after a failure.
    case waiting
    /// The next worker that can run it takes it.
    case ready
    /// A worker holds it.
    case running
    /// Kept back by its owner until it is released.
    case held
    case succeeded
    case failed
    case cancelled

    /// Whether nothing more happens to the job by itself.
    package var isFinal: Bool {
        switch self {
        case .succeeded, .failed, .cancelled: true
        case .waiting, .ready, .running, .held: false
        }
    }
}

extension JobState: PostgresDecodable {
    package static var postgresDescription: String { "the state of a job" }

    package init?(postgresText: String) { self.init(rawValue: postgresText) }
}
