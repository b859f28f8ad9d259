import Postgres

/// Something the queue announces. A notice may be lost; it only shortens the wait for the next poll.
package enum QueueNotice: Sendable, Equatable {
    /// There may be a job of this kind to claim.
    case work(kind: String)
    /// Somebody wants something of a running job or a worker: beat now.
    case control
    /// A job reached a final state.
    case ended

    init?(_ notification: PostgresNotification) {
        switch notification.channel {
        case "contrast": self = .work(kind: notification.payload)
        case "contrast_ctl": self = .control
        case "contrast_events": self = .ended
        default: return nil
        }
    }
}
