internal import Dispatch
internal import Synchronization

/// How the start of a server went, for the plain thread that waits to hear of it.
final class ServerStart: Sendable {
    private let outcome = Mutex<Result<Int, OperationsServerError>?>(nil)
    private let isDecided = DispatchSemaphore(value: 0)

    /// The first word counts: what comes after a server has started is no matter of its start.
    func decide(_ result: Result<Int, OperationsServerError>) {
        outcome.withLock { if $0 == nil { $0 = result } }
        isDecided.signal()
    }

    /// The port, once the server listens on it.
    func wait() throws(OperationsServerError) -> Int {
        isDecided.wait()
        guard let result = outcome.withLock({ $0 }) else {
            preconditionFailure("who signals has decided")
        }
        return try result.get()
    }
}
