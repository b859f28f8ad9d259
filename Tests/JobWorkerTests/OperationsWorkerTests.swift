import Foundation
import JobQueue
import Testing
import WorkerTestSupport

/// Real workers and what operators want of them.
@Suite(.serialized)
struct OperationsWorkerTests {
    @Test func anUrgentJobRunsFirstAndTheTrainingGoesOnAfterIt() throws {
        let queue = try FaultQueue()
        let training = try queue.count(to: 200, every: 1000, ["slow"])
        let worker = try queue.startWorker()
        try eventually("some steps") { (try queue.store.job(training)?.step ?? 0) >= 10 }
        let urgent = try queue.count(to: 5) { $0.priority = 60 }
        try queue.waitForState(.succeeded, of: urgent)
        #expect(try queue.store.job(training)?.state != .succeeded, "it waits")
        try queue.waitForState(.succeeded, of: training)
        try queue.expectOneWinner(training, steps: 200)
        let attempts = try queue.store.attempts(of: training)
        #expect(attempts.map(\.outcome) == [.yielded, .succeeded])
        #expect((attempts[1].resumedStep ?? 0) >= 10, "from where it was")
        worker.kill()
    }

    @Test func filesGoWithPrunedJobsAndWithNoOthers() throws {
        let queue = try FaultQueue()
        let jobs = try (0..<3).map { _ in try queue.count(to: 5) }
        let worker = try queue.startWorker(["--drain"])
        #expect(try worker.waitForExit() == 0)
        // What a worker leaves that is killed after a success, and a folder that is nobody's.
        let outputs = queue.folder.appending(path: "outputs")
        for path in [".work/\(jobs[1])/1", "\(jobs[1])/999", "777"] {
            try FileManager.default.createDirectory(
                at: outputs.appending(path: path),
                withIntermediateDirectories: true
            )
        }
        try queue.execute(
            "UPDATE contrast.job SET finished_at = finished_at - interval '2 days' WHERE id = \(jobs[0])"
        )
        #expect(
            try queue.store.prune(olderThan: .seconds(86_400), removingFiles: true) == [jobs[0]]
        )
        let second = try queue.startWorker(["--drain"])
        #expect(try second.waitForExit() == 0)
        let left = try FileManager.default.contentsOfDirectory(atPath: outputs.path).sorted()
        #expect(left == [".contrast-queue", ".work", "777", "\(jobs[1])", "\(jobs[2])"].sorted())
        for job in jobs[1...] { try queue.expectOneWinner(job, steps: 5) }
        let work = outputs.appending(path: ".work")
        #expect(try FileManager.default.contentsOfDirectory(atPath: work.path) == [])
        #expect(
            try FileManager.default.contentsOfDirectory(
                atPath: outputs.appending(path: "\(jobs[1])").path
            ).count == 1
        )
    }

    @Test func anOutputRootOfAnotherQueueIsLeftAlone() throws {
        let queue = try FaultQueue()
        let mark = queue.folder.appending(path: "outputs/.contrast-queue")
        try Data("another\n".utf8).write(to: mark)
        let worker = try queue.startWorker()
        #expect(try worker.waitForExit() == 78)
        #expect(worker.logged.contains("found one of another"))
        #expect(try String(contentsOf: mark, encoding: .utf8) == "another\n")
    }
}
