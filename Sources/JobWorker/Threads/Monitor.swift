internal import Foundation

/// A value that several plain threads share, with waiting for it to change.
///
/// @unchecked: `value` is only touched while `condition` is locked.
final class Monitor<Value: Sendable>: @unchecked Sendable {
    private let condition = NSCondition()
    private var value: Value

    init(_ value: Value) { self.value = value }

    /// Reads or changes the value; whoever waits for it looks again.
    func withLock<Result, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        condition.lock()
        defer {
            condition.broadcast()
            condition.unlock()
        }
        return try body(&value)
    }

    /// Waits until `body` answers with something, or the deadline has passed; then nil.
    func wait<Result>(
        until deadline: ContinuousClock.Instant,
        _ body: (inout Value) -> Result?
    ) -> Result? {
        condition.lock()
        defer { condition.unlock() }
        while true {
            if let result = body(&value) {
                condition.broadcast()
                return result
            }
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else { return nil }
            // In slices, because NSCondition measures with a clock that people set.
            _ = condition.wait(until: Date(timeIntervalSinceNow: min(left / .seconds(1), 1)))
        }
    }
}
