import Foundation
import JobQueue
import Testing
import WorkerTestSupport

/// What happens to a job in the middle of its work.
enum Disturbance: CaseIterable {
    /// `kill -9` of the worker.
    case kill
    /// SIGTERM to the worker.
    case stop

    /// Lets it happen, and checks how the worker ended.
    func strike(_ worker: WorkerProcess) throws {
        switch self {
        case .kill:
            worker.kill()
        case .stop:
            worker.signal(SIGTERM)
            #expect(try worker.waitForExit() == 0)
        }
    }

    /// Checks that the queue took it for what it was, after another worker has brought the job to its end.
    func expectRecord(of job: Int, in queue: FaultQueue) throws {
        let attempts = try queue.store.attempts(of: job)
        let summary = try #require(try queue.store.job(job))
        #expect(summary.failures == 0)
        switch self {
        case .kill:
            #expect(attempts.map(\.outcome) == [.lost, .succeeded])
            #expect(summary.yields == 0)
        case .stop:
            #expect(attempts.map(\.outcome) == [.yielded, .succeeded])
            #expect(summary.yields == 1 && summary.crashes == 0)
        }
    }
}
