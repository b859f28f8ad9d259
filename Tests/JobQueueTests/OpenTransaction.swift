import Foundation
import Postgres
import Synchronization
import Testing
import WorkerTestSupport

/// A call that meets the open transaction of another one: their order is no matter of chance.
final class OpenTransaction<Value: Sendable>: Sendable {
    /// What the call returned, and whether it had to wait for the transaction.
    struct Meeting {
        let result: Result<Value, any Error>
        let hasWaited: Bool

        /// What it returned, if it returned.
        var value: Value { get throws { try result.get() } }
    }

    private let backend = Mutex<Int?>(nil)
    private let result = Mutex<Result<Value, any Error>?>(nil)
    private let ended = DispatchSemaphore(value: 0)

    private init() {}

    /// Runs `first` in a transaction, and `call` in another session while it is open, which is until the call has
    /// ended or waits for the transaction.
    static func with(
        _ queue: TestQueue,
        _ first: (PostgresConnection) throws -> Void,
        as user: String,
        _ call: @escaping @Sendable (PostgresConnection) throws -> Value
    ) throws -> Meeting {
        let meeting = OpenTransaction()
        let watch = try queue.connection(as: "postgres")
        let connection = try queue.connection(as: "worker")
        var hasWaited = false
        try connection.transaction {
            try first(connection)
            Thread.detachNewThread { meeting.run(call, as: user, in: queue) }
            try eventually("the other call has ended or waits") {
                if meeting.result.withLock({ $0 != nil }) { return true }
                guard let backend = meeting.backend.withLock({ $0 }) else { return false }
                let row = try watch.run(
                    "SELECT cardinality(pg_blocking_pids(\(backend))) > 0 AS waits"
                )[0]
                hasWaited = try row.value("waits")
                return hasWaited
            }
        }
        meeting.ended.wait()
        guard let result = meeting.result.withLock({ $0 }) else {
            preconditionFailure("what has ended has a result")
        }
        return Meeting(result: result, hasWaited: hasWaited)
    }

    private func run(
        _ call: (PostgresConnection) throws -> Value,
        as user: String,
        in queue: TestQueue
    ) {
        let found = Result {
            let connection = try queue.connection(as: user)
            let pid: Int = try connection.run("SELECT pg_backend_pid() AS pid")[0].value("pid")
            backend.withLock { $0 = pid }
            return try call(connection)
        }
        result.withLock { $0 = found }
        ended.signal()
    }
}
