import Foundation
import JobQueue
import Testing
import WorkerTestSupport

/// Fault 10: workers whose clocks are wrong, and are set while they run.
@Suite(.serialized, .keepsInvariants)
struct ClockTests {
    @Test(arguments: [3_600.0, -3_600.0])
    func aWrongClockLosesNoLeaseAndKeepsNone(_ seconds: Double) throws {
        let queue = try FaultQueue()
        let points = FaultPoints(in: queue.folder)
        try points.setClock(offBy: seconds)
        let job = try queue.count(to: 120, ["slow"])
        let worker = try queue.startWorker(environment: points.environmentWithClock())
        try eventually("a checkpoint") { try queue.checkpointStep(job) >= 20 }
        // Somebody with a right clock looks for lost workers all the time.
        let other = try queue.startWorker()
        try points.setClock(offBy: seconds - 600)
        try eventually("two checkpoints more") { try queue.checkpointStep(job) >= 60 }
        #expect(try queue.store.attempts(of: job).count == 1, "no lease was lost")
        worker.kill()
        try queue.waitForState(.succeeded, of: job)
        try queue.expectOneWinner(job, steps: 120)
        let outcomes = try queue.store.attempts(of: job).map(\.outcome)
        #expect(outcomes == [.lost, .succeeded], "and none was kept")
        other.kill()
    }
}
