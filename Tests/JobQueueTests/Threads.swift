import Dispatch
import Synchronization

/// Runs `body` on that many threads and returns what each returned.
func onThreads<Value: Sendable>(
    _ count: Int,
    _ body: @Sendable (Int) throws -> Value
) throws -> [Value] {
    let results = Mutex<[Result<Value, any Error>]>([])
    DispatchQueue.concurrentPerform(iterations: count) { index in
        let result = Result { try body(index) }
        results.withLock { $0.append(result) }
    }
    return try results.withLock { try $0.map { try $0.get() } }
}
