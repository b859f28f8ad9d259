import Foundation
import JobQueue
import Testing
import WorkerTestSupport

/// Fault 15: cancels at any moment.
@Suite(.serialized, .keepsInvariants)
struct CancelTests {
    @Test(arguments: [FaultSeed.value])
    func aJobIsCancelledOrSucceedsAndNeverBoth(seed: UInt64) throws {
        let queue = try FaultQueue()
        var random = SeededGenerator(state: seed)
        let worker = try queue.startWorker()
        try eventually("the worker idles") {
            try queue.store.workers().map(\.status) == ["idle"]
        }
        let store = queue.store
        var jobs: [Int] = []
        for _ in 0..<100 {
            let job = try queue.count(to: 12, every: 4)
            jobs.append(job)
            // The random moment.
            Thread.sleep(forTimeInterval: Double.random(in: 0...0.06, using: &random))
            _ = try store.cancel(job)
        }
        var ends: [JobState: Int] = [:]
        for job in jobs {
            try eventually("job \(job) ends") { try store.job(job)?.state.isFinal == true }
            let summary = try #require(try store.job(job))
            ends[summary.state, default: 0] += 1
            #expect(summary.attempts <= 1 && summary.failures == 0, "never tried again")
            if summary.state == .succeeded {
                try queue.expectOneWinner(job, steps: 12)
            } else {
                #expect(summary.state == .cancelled)
                #expect(try store.outputs(of: job).isEmpty)
            }
        }
        #expect(Set(ends.keys).isSubset(of: [.succeeded, .cancelled]), "\(ends)")
        #expect(ends[.cancelled, default: 0] > 0)
        worker.signal(SIGTERM)
        #expect(try worker.waitForExit() == 0)
    }
}
