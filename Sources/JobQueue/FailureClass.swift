import Postgres

/// Why an attempt failed, as far as it matters for what happens next.
package enum FailureClass: String, CaseIterable, Sendable {
    /// It would fail again: bad input, a file that is missing, a loss that is not a number. Never retried.
    case permanent
    /// Something this machine lacked: memory, disk. Retried after a pause, perhaps elsewhere.
    case resource
    /// Something that passes: a network, a file server. Retried after a pause.
    case transient
    /// A fault of the program. Retried once.
    case bug
    /// The job takes its workers down with it. Set by the queue when the crash limit is reached.
    case poison
}

extension FailureClass: PostgresDecodable {
    package static var postgresDescription: String { "the class of a failure" }

    package init?(postgresText: String) { self.init(rawValue: postgresText) }
}
