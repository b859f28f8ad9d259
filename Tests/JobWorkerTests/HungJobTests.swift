import Foundation
import JobQueue
import Testing
import WorkerTestSupport

/// Faults 12, 13, 14: jobs that end their worker, stand still, or leave nothing of the machine.
@Suite(.serialized, .keepsInvariants)
struct HungJobTests {
    @Test(arguments: ["crash", "segfault", "swallow"])
    func aJobThatEndsItsWorkerIsGivenUpAndOthersAreNot(_ order: String) throws {
        let queue = try FaultQueue()
        let poison = try queue.count(to: 5, [order]) { $0.priority = 1 }
        let others = try (0..<3).map { _ in try queue.count(to: 5) }
        var starts = 0
        // What a supervisor does.
        try eventually("the queue is empty") {
            try queue.loseLeases()
            try queue.execute("UPDATE contrast.job SET run_at = now() WHERE state = 'waiting'")
            try queue.store.tick()
            starts += 1
            let worker = try queue.startWorker(["--drain"], addressSpaceLimit: 16 << 20)
            return try worker.waitForExit() == 0
        }
        #expect(starts == 4)
        let job = try #require(try queue.store.job(poison))
        #expect(job.state == .failed && job.crashes == 3 && job.failures == 0)
        #expect(job.reason == "poison: its worker was lost 3 times")
        for other in others { try queue.expectOneWinner(other, steps: 5) }
    }

    @Test func aJobThatStandsStillAndHearsNothingIsTakenFromItsWorker() throws {
        let queue = try FaultQueue()
        let job = try queue.count(to: 50, ["hang", "deaf"]) { $0.stallAfter = .seconds(1) }
        let worker = try queue.startWorker([], "CONTRAST_GRACE=1s\n")
        #expect(try worker.waitForExit() == 75)
        #expect(worker.logged.contains("stands still and hears nothing"))
        try queue.loseLeases()
        let summary = try #require(try queue.store.job(job))
        #expect(summary.crashes == 1 && summary.failures == 0 && summary.state == .waiting)
        try queue.execute(
            "UPDATE contrast.job_spec SET params = jsonb_set(params, '{validation_prompts}', '[]')"
        )
        let second = try queue.startWorker()
        try queue.waitForState(.succeeded, of: job)
        try queue.expectOneWinner(job, steps: 50)
        second.kill()
    }

    @Test func aCancelledJobThatHearsNothingIsTakenFromItsWorker() throws {
        let queue = try FaultQueue()
        let job = try queue.count(to: 50, ["hang", "deaf"]) { $0.stallAfter = .seconds(1) }
        let worker = try queue.startWorker([], "CONTRAST_GRACE=1s\n")
        try queue.waitForState(.running, of: job)
        #expect(try queue.store.cancel(job) == "cancelling")
        #expect(try worker.waitForExit() == 75)
        try queue.loseLeases()
        #expect(try queue.store.job(job)?.state == .cancelled)
    }

    @Test func beatsComeWhileEveryCoreIsBusy() throws {
        let queue = try FaultQueue()
        try queue.recordBeats()
        let job = try queue.count(to: 150, ["slow", "burn"])
        let worker = try queue.startWorker()
        try queue.waitForState(.succeeded, of: job)
        try queue.expectOneWinner(job, steps: 150)
        #expect(try queue.store.attempts(of: job).count == 1)
        #expect(try queue.longestPauseOfBeats() < 2, "shorter than the lease")
        worker.kill()
    }
}
