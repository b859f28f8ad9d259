import Foundation
import JobQueue
import Testing
import WorkerTestSupport

/// Faults that take their time: long outages, with the settings that workers have. `scripts/fault-tests` runs them.
@Suite(
    .serialized,
    .keepsInvariants,
    .enabled(
        if: ProcessInfo.processInfo.environment["CONTRAST_TEST_FAULTS"] == "all",
        "they take minutes: scripts/fault-tests"
    )
)
struct SlowOutageTests {
    /// Fault 6, with the lease and the beat that workers have.
    @Test func aLinkThatIsDeadForFiveMinutes() throws {
        let queue = try FaultQueue()
        let proxy = try FaultProxy(before: queue.server)
        defer { proxy.close() }
        let job = try queue.count(to: 18_000, every: 500, ["slow"])
        let worker = try queue.startWorker(
            database: queue.url(through: proxy),
            lease: "60s",
            beat: "10s"
        )
        try eventually("a checkpoint") { try queue.checkpointStep(job) >= 500 }
        proxy.setMode(.silent)
        let began = ContinuousClock.now
        try eventually("the worker notices") { worker.logged.contains("cannot beat") }
        // A beat every 10 seconds, and as long again for its answer.
        #expect(began.duration(to: .now) < .seconds(25))
        Thread.sleep(forTimeInterval: 300 - began.duration(to: .now) / .seconds(1))
        let folder = queue.folder.appending(path: "outputs/.work/\(job)")
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        let steps = names.compactMap { Int($0.split(separator: "-").last ?? "") }
        #expect((steps.max() ?? 0) > 5000, "the training goes on")
        proxy.setMode(.passing)
        try queue.waitForState(.succeeded, of: job, for: .seconds(600))
        try queue.expectOneWinner(job, steps: 18_000)
        worker.kill()
    }

    /// Fault 8, with the lease that workers have.
    @Test func aDatabaseThatIsAwayForThreeLeases() throws {
        let queue = try FaultQueue(on: FaultServer())
        try queue.execute("UPDATE contrast.setting SET value = '120' WHERE key = 'restart_grace_s'")
        let jobs = try (0..<3).map { _ in try queue.count(to: 7_000, every: 500, ["slow"]) }
        let workers = try jobs.map { _ in try queue.startWorker(lease: "30s", beat: "5s") }
        for job in jobs {
            try eventually("a checkpoint") { try queue.checkpointStep(job) >= 500 }
        }
        try queue.server.stop("immediate")
        Thread.sleep(forTimeInterval: 90)
        try queue.server.start()
        for job in jobs {
            try queue.waitForState(.succeeded, of: job, for: .seconds(600))
            try queue.expectOneWinner(job, steps: 7_000)
            #expect(try queue.store.attempts(of: job).count == 1)
        }
        for worker in workers {
            #expect(worker.isRunning)
            worker.kill()
        }
    }
}
