import Foundation
import JobQueue
import Postgres
import Testing
import WorkerTestSupport

/// The faults that take their time: long outages with the settings that workers have, storms, endurance.
/// `scripts/fault-tests` runs them.
@Suite(
    .serialized,
    .enabled(
        if: ProcessInfo.processInfo.environment["CONTRAST_FAULT_TESTS"] == "all",
        "they take minutes: scripts/fault-tests"
    )
)
struct SlowFaultTests {
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
        try queue.waitForState(.succeeded, of: job)
        try queue.expectOneWinner(job, steps: 18_000)
        worker.kill()
    }

    /// Fault 8, with the lease that workers have.
    @Test func aDatabaseThatIsAwayForThreeLeases() throws {
        let queue = try FaultQueue(on: FaultServer())
        try queue.execute("UPDATE contrast.setting SET value = '120' WHERE key = 'restart_grace_s'")
        let jobs = try (0..<3).map { _ in try queue.count(to: 10_000, every: 500, ["slow"]) }
        let workers = try jobs.map { _ in try queue.startWorker(lease: "30s", beat: "5s") }
        for job in jobs {
            try eventually("a checkpoint") { try queue.checkpointStep(job) >= 500 }
        }
        try queue.server.stop("immediate")
        Thread.sleep(forTimeInterval: 90)
        try queue.server.start()
        for job in jobs {
            try queue.waitForState(.succeeded, of: job)
            try queue.expectOneWinner(job, steps: 10_000)
            #expect(try queue.store.attempts(of: job).count == 1)
        }
        for worker in workers {
            #expect(worker.isRunning)
            worker.kill()
        }
    }

    /// Fault 9.
    @Test func sessionsThatAreEndedFiveTimesASecondForAMinute() throws {
        let queue = try FaultQueue()
        _ = try (0..<3000).map { _ in try queue.count(to: 3, every: 1000) }
        let workers = try (0..<2).map { _ in try queue.startWorker() }
        func jobs(in seconds: Double) throws -> Double {
            let before = try queue.endedJobs()
            let began = ContinuousClock.now
            Thread.sleep(forTimeInterval: seconds)
            let passed = began.duration(to: .now) / .seconds(1)
            return Double(try queue.endedJobs() - before) / passed
        }
        try eventually("they are at it") { try queue.endedJobs() > 20 }
        let baseline = try jobs(in: 15)
        for _ in 0..<300 {
            try queue.endSessions()
            Thread.sleep(forTimeInterval: 0.2)
        }
        Thread.sleep(forTimeInterval: 30)
        let after = try max(jobs(in: 15), jobs(in: 15))
        #expect(after >= 0.9 * baseline, "\(after) jobs a second after, \(baseline) before")
        for worker in workers {
            worker.signal(SIGTERM)
            #expect(try worker.waitForExit() == 0)
        }
        let doubtful = try queue.value(
            "SELECT count(*) FROM contrast.job WHERE failures > 0 OR state = 'failed'"
        )
        #expect(doubtful == "0")
    }

    /// Fault 11.
    @Test func aSnapshotThatIsHeldForMinutes() throws {
        let queue = try FaultQueue()
        let load = try QueueLoad(queue)
        try load.run(for: 5, jobsPerSecond: 200)
        let baseline = try load.run(for: 20, jobsPerSecond: 200)
        let holder = try queue.connection()
        try holder.run(
            script: "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM contrast.job"
        )
        try load.run(for: 90, jobsPerSecond: 200)
        let held = try load.run(for: 20, jobsPerSecond: 200)
        #expect(held < 5 * max(baseline, 0.002), "p99 of a claim: \(held) s, was \(baseline) s")
        let culprit = try queue.value(
            "SELECT culprit FROM contrast.health() WHERE what = 'oldest snapshot'"
        )
        let identity = try holder.run("SELECT pg_backend_pid() AS pid")[0].value(
            "pid",
            as: Int.self
        )
        #expect(
            culprit?.hasPrefix("session \(identity) of postgres (tests)") == true,
            "\(culprit ?? "")"
        )
        try holder.run(script: "ROLLBACK")
        try load.run(for: 30, jobsPerSecond: 200)
        let after = try load.run(for: 20, jobsPerSecond: 200)
        #expect(after < 2 * max(baseline, 0.002), "p99 of a claim: \(after) s, was \(baseline) s")
    }

    /// Fault 14, with the beat that workers have.
    @Test func twoMinutesWithEveryCoreBusy() throws {
        let queue = try FaultQueue()
        try queue.recordBeats()
        let job = try queue.count(to: 6000, every: 1000, ["slow", "burn"])
        let worker = try queue.startWorker(lease: "60s", beat: "10s")
        try queue.waitForState(.succeeded, of: job)
        try queue.expectOneWinner(job, steps: 6000)
        #expect(try queue.longestPauseOfBeats() < 20, "no beat later than two intervals")
        worker.kill()
    }

    /// Fault 19.
    @Test func eightWorkersAndFiveThousandJobs() throws {
        let queue = try FaultQueue()
        try queue.execute(
            """
            SELECT contrast.enqueue('train',
                '{"data": "d", "max_train_steps": 1, "checkpointing_steps": 1000}')
              FROM generate_series(1, 5000)
            """
        )
        let workers = try (0..<8).map { _ in try queue.startWorker(["--drain"]) }
        try eventually("the queue is empty", for: .seconds(900)) { try queue.endedJobs() == 5000 }
        for worker in workers { #expect(try worker.waitForExit() == 0) }
        #expect(
            try queue.value(
                """
                SELECT count(*) FROM contrast.job
                 WHERE state = 'succeeded' AND attempts = 1 AND crashes + failures + yields = 0
                """
            ) == "5000"
        )
        #expect(
            try queue.value("SELECT count(DISTINCT token) FROM contrast.attempt") == "5000"
        )
    }

    /// Fault 20.
    @Test func aThousandTimesTwoParentsEndAtOnce() throws {
        let queue = try FaultQueue()
        let load = try QueueLoad(queue)
        for _ in 0..<1000 { try load.endTwoParentsAtOnce() }
    }
}
