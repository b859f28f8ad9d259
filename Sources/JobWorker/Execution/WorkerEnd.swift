/// Why a worker process ends.
package enum WorkerEnd: Equatable, Sendable {
    /// Nothing is left to run, or an admin asked the worker to leave.
    case drained
    /// A signal asked it to stop; what it had in hand was given back.
    case stopped
    /// The grace period was over before the job could be given back, or it will never hear; its lease runs out.
    case forced
    /// It has run as many jobs as it may, or its memory has grown: a fresh process should go on.
    case recycled
    /// The database could not be reached in time.
    case unreachable(String)
    /// It cannot work with this schema or these rights.
    case failed(String)

    /// What the process exits with; `drains` says whether the caller waits for an empty queue.
    package func exitCode(drains: Bool) -> Int32 {
        switch self {
        case .drained: 0
        // Not 0, so that a supervisor can tell it from the end of all work.
        case .recycled: 79
        // Who asked for an empty queue did not get one: try again.
        case .stopped: drains ? 75 : 0
        case .forced: 75
        case .unreachable: 69
        case .failed: 78
        }
    }
}
