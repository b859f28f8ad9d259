internal import Synchronization
internal import Testing

/// The queues that a test has made.
///
/// `@unchecked Sendable` because the lock keeps its threads apart.
final class TestedQueues: @unchecked Sendable {
    @TaskLocal static var current: TestedQueues?

    private let lock = Mutex(())
    private var queues: [FaultQueue] = []

    func add(_ queue: FaultQueue) { lock.withLock { _ in queues.append(queue) } }

    func expectInvariants() throws {
        for queue in lock.withLock({ _ in queues }) where queue.server.isRunning {
            try queue.expectInvariants()
        }
    }
}
