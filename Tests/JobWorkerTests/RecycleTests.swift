import JobQueue
import JobWorker
import Testing
import WorkerTestSupport

/// Workers that end for a fresh process to go on.
@Suite(.serialized, .keepsInvariants)
struct RecycleTests {
    @Test func aWorkerEndsAfterSoManyJobs() throws {
        let queue = try FaultQueue()
        let jobs = try (0..<3).map { _ in try queue.count(to: 3) }
        for (line, status, left) in [
            ("CONTRAST_MAX_JOBS=2\n", Int32(79), 1), ("CONTRAST_MAX_JOBS=2\n", 0, 0),
        ] {
            let worker = try queue.startWorker(["--drain"], line)
            #expect(try worker.waitForExit() == status)
            #expect(try jobs.count { try queue.store.job($0)?.state != .succeeded } == left)
        }
        for job in jobs { try queue.expectOneWinner(job, steps: 3) }
        #expect(try queue.store.workers(includingGone: true).map(\.status) == ["gone", "gone"])
    }

    @Test func aWorkerWhoseMemoryHasGrownEndsAfterTheJob() throws {
        let queue = try FaultQueue()
        let (small, large) = (try queue.count(to: 3), try queue.count(to: 3, ["keep 600000000"]))
        let next = try queue.count(to: 3)
        let worker = try queue.startWorker([], "CONTRAST_MAX_RSS=500M\n")
        #expect(try worker.waitForExit() == 79)
        #expect(worker.logged.contains("more memory is resident than the process may keep"))
        try queue.expectOneWinner(small, steps: 3)
        try queue.expectOneWinner(large, steps: 3)
        #expect(try queue.store.job(next)?.state == .ready)
    }

    @Test func memoryIsReadAsTheKernelTellsIt() throws {
        let status = "Name:\tx\nVmRSS:\t  2048 kB\nRssAnon:\t    1024 kB\nThreads:\t4\n"
        let memory = try #require(ProcessMemory(status: status))
        #expect(memory.resident == 2 << 20 && memory.anonymous == 1 << 20)
        #expect(ProcessMemory(status: "VmRSS: 1 kB\n") == nil)
        #expect(try #require(ProcessMemory.current).resident > 1 << 20)
    }
}
