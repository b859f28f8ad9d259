import Foundation
import JobQueue
import Postgres
import Testing
import WorkerTestSupport

/// Faults that take their time: storms and endurance. `scripts/fault-tests` runs them.
@Suite(
    .serialized,
    .keepsInvariants,
    .enabled(
        if: ProcessInfo.processInfo.environment["CONTRAST_TEST_FAULTS"] == "all",
        "they take minutes: scripts/fault-tests"
    )
)
struct SlowFaultTests {
    /// Fault 9.
    @Test func sessionsThatAreEndedFiveTimesASecondForAMinute() throws {
        let queue = try FaultQueue()
        // More than they can carry out meanwhile.
        try queue.execute(
            """
            SELECT contrast.enqueue('train',
                '{"data": "d", "max_train_steps": 3, "checkpointing_steps": 1000}')
              FROM generate_series(1, 20000)
            """
        )
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
        try queue.waitForState(.succeeded, of: job, for: .seconds(600))
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
