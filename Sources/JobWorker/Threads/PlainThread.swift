internal import Foundation

/// A thread of its own, outside Swift's cooperative pool: for work that computes or blocks.
struct PlainThread: Sendable {
    private let finished: Monitor<Bool>

    /// Starts `body` on a new thread with `stackSize` bytes of stack.
    init(name: String, stackSize: Int = 1 << 20, _ body: @escaping @Sendable () -> Void) {
        let finished = Monitor(false)
        self.finished = finished
        let thread = Thread {
            body()
            finished.withLock { $0 = true }
        }
        thread.name = name
        thread.stackSize = stackSize
        thread.start()
    }

    /// Waits for the thread to end; whether it did before the deadline.
    func join(until deadline: ContinuousClock.Instant) -> Bool {
        finished.wait(until: deadline) { $0 ? true : nil } ?? false
    }
}
