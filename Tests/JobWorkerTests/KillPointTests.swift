import Foundation
import JobQueue
import Testing
import WorkerTestSupport

/// Fault 2: a worker that dies somewhere in the end of a job.
@Suite(.serialized, .keepsInvariants)
struct KillPointTests {
    @Test func aKillAnywhereInTheEndLeavesOneSetOfOutputs() throws {
        let queue = try FaultQueue()
        let points = FaultPoints(in: queue.folder)
        // Without a checkpoint, whose files and rename are events as well.
        func run(endingBefore event: Int) throws -> Int {
            let job = try queue.count(to: 5, every: 1000)
            let environment = try points.environment(endingBefore: event)
            let worker = try queue.startWorker(["--drain"], environment: environment)
            let status = try worker.waitForExit()
            #expect(status == (event == 0 ? 0 : SIGKILL), "event \(event)")
            return job
        }
        let whole = try run(endingBefore: 0)
        let events = try points.events()
        #expect(events.count >= 10)
        #expect(Set(["fsync", "rename", "send", "sent", "answer"]).isSubset(of: events))
        var jobs = [whole]
        for event in 1...events.count {
            jobs.append(try run(endingBefore: event))
            try queue.loseLeases()
            // What is left waits for a worker that lives.
            try queue.execute("SELECT contrast.pause('train')")
            try queue.execute("SELECT contrast.resume('train')")
            let state = try #require(try queue.store.job(jobs[event])).state
            if state != .succeeded { _ = try queue.store.hold(jobs[event]) }
        }
        for job in jobs { _ = try queue.store.release(job) }
        try queue.execute("UPDATE contrast.job SET run_at = now() WHERE finished_at IS NULL")
        let last = try queue.startWorker()
        for job in jobs { try queue.waitForState(.succeeded, of: job) }
        last.signal(SIGTERM)
        #expect(try last.waitForExit() == 0)
        for job in jobs { try queue.expectOneWinner(job, steps: 5) }
        try queue.expectOnlyWinnersFiles()
    }
}
