import Foundation
import JobQueue
import Testing
import WorkerTestSupport

/// What fails, fails with one clear sentence and the right class, and the worker goes on.
@Suite(.serialized, .keepsInvariants)
struct BadInputTests {
    @Test(
        arguments: [
            (#"{"data": "d", "stepps": 1}"#, "$.stepps: expected a known field"),
            (#"{"data": "../d"}"#, "$.data: expected a path below the configured root"),
            (#"{"data": 5}"#, "$.data: expected a string, found 5"),
        ]
    )
    func aBadPayloadFailsForGood(_ params: String, _ words: String) throws {
        let queue = try FaultQueue()
        let bad = try queue.count(to: 3)
        // Most of these would be refused before they come here.
        try queue.execute(
            "UPDATE contrast.job_spec SET params = '\(params)' WHERE job_id = \(bad)"
        )
        let good = try queue.count(to: 3)
        let worker = try queue.startWorker(["--drain"])
        #expect(try worker.waitForExit() == 0)
        let attempt = try #require(try queue.store.attempts(of: bad).first)
        #expect(attempt.failure?.failureClass == .permanent)
        #expect(attempt.failure?.stage == "decode request")
        #expect(attempt.failure?.text.hasPrefix(words) == true, "\(attempt)")
        #expect(try queue.store.job(bad)?.state == .failed)
        try queue.expectOneWinner(good, steps: 3)
    }

    @Test(
        arguments: [
            ("permanent", JobState.failed, 1), ("transient", .failed, 3), ("resource", .failed, 3),
            ("bug", .failed, 2),
        ]
    )
    func theClassOfAFailureDecidesHowOftenItIsTried(
        _ failureClass: String,
        _ state: JobState,
        _ attempts: Int
    ) throws {
        let queue = try FaultQueue()
        let job = try queue.count(to: 2, ["fail \(failureClass)"])
        let worker = try queue.startWorker()
        try queue.waitForState(state, of: job)
        #expect(try queue.store.attempts(of: job).count == attempts)
        #expect(try queue.store.job(job)?.reason?.contains("was told to fail") == true)
        worker.kill()
    }

    @Test func aFullDiskIsALackOfResources() throws {
        let queue = try FaultQueue()
        let job = try queue.count(to: 30, every: 10, ["write 3000000"])
        let next = try queue.count(to: 30)
        let worker = try queue.startWorker([], "", fileSizeLimit: 1000)
        try queue.waitForState(.failed, of: job)
        try queue.waitForState(.succeeded, of: next)
        let attempts = try queue.store.attempts(of: job)
        #expect(attempts.count == 3)
        for attempt in attempts {
            #expect(attempt.failure?.failureClass == .resource, "\(attempt)")
            #expect(attempt.failure?.text.contains("disk full") == true)
        }
        #expect(worker.isRunning)
        worker.kill()
    }

    @Test func aJobThatKillsItsWorkersIsPoison() throws {
        let queue = try FaultQueue()
        let poison = try queue.count(to: 3, ["crash"])
        for _ in 0..<3 {
            let worker = try queue.startWorker()
            #expect(try worker.waitForExit() != 0)
            try eventually("it is taken back") {
                try queue.store.tick()
                try queue.execute("UPDATE contrast.job SET run_at = now() WHERE state = 'waiting'")
                try queue.store.tick()
                return try queue.store.job(poison)?.state != .running
            }
        }
        #expect(try queue.store.job(poison)?.state == .failed)
        #expect(try queue.store.job(poison)?.reason?.hasPrefix("poison") == true)
        let good = try queue.count(to: 3)
        let worker = try queue.startWorker(["--drain"])
        #expect(try worker.waitForExit() == 0)
        try queue.expectOneWinner(good, steps: 3)
    }

    @Test func aDeadDatabaseAtTheStartEndsWith69() throws {
        let queue = try FaultQueue()
        let worker = try queue.startWorker(
            [],
            "CONTRAST_CONNECT_TIMEOUT=300ms\n",
            database: "postgresql:///nowhere?host=/nonexistent"
        )
        #expect(try worker.waitForExit() == 69)
    }

    @Test func anUnknownSettingEndsWith78() throws {
        let queue = try FaultQueue()
        let worker = try queue.startWorker([], "CONTRAST_POL=1s\n")
        #expect(try worker.waitForExit() == 78)
        #expect(worker.logged.contains("did you mean CONTRAST_POLL?"))
    }

    @Test func aDatabaseWithoutTheQueueEndsWith78() throws {
        let queue = try FaultQueue()
        let worker = try queue.startWorker([], "", database: queue.server.url(database: "postgres"))
        #expect(try worker.waitForExit() == 78)
    }
}
