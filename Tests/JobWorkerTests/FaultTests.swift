import Foundation
import JobQueue
import Postgres
import Testing
import WorkerTestSupport

/// Real workers, a real server, real signals: whatever ends, each job succeeds once, with every step.
@Suite(.serialized, .keepsInvariants)
struct FaultTests {
    @Test func jobsRunAndTheQueueDrains() throws {
        let queue = try FaultQueue()
        let jobs = [try queue.count(to: 45), try queue.count(to: 5)]
        let worker = try queue.startWorker(["--drain"])
        #expect(try worker.waitForExit() == 0)
        for (job, steps) in zip(jobs, [45, 5]) { try queue.expectOneWinner(job, steps: steps) }
        let outputs = try queue.store.outputs(of: jobs[0])
        #expect(outputs.map(\.role) == ["validation", "validation", "adapter", "request"])
        #expect(try queue.store.metrics(of: jobs[0]).map(\.step) == Array(0..<45))
        let lines = try queue.store.log(of: jobs[0]).map(\.text)
        #expect(lines.filter { $0.hasPrefix("step ") } == (0..<45).map { "step \($0)" })
        #expect(try queue.store.workers(includingGone: true).map(\.status) == ["gone"])
        #expect(
            !FileManager.default.fileExists(
                atPath: queue.folder.appending(path: "outputs/.work/1").path
            )
        )
    }

    @Test func anotherWorkerGoesOnAfterAKill() throws {
        let queue = try FaultQueue()
        let job = try queue.count(to: 200, ["slow"])
        let first = try queue.startWorker()
        try queue.waitForStep(FaultSeed.moment(in: 45...120), of: job)
        first.kill()
        let second = try queue.startWorker()
        try queue.waitForState(.succeeded, of: job)
        try queue.expectOneWinner(job, steps: 200)
        let attempts = try queue.store.attempts(of: job)
        #expect(attempts.map(\.outcome) == [.lost, .succeeded])
        #expect((attempts[1].resumedStep ?? 0) >= 40)
        let summary = try #require(try queue.store.job(job))
        #expect(
            summary.failures == 0 && summary.crashes == 0,
            "a new checkpoint forgives the crash"
        )
        // Validation grids of before the crash are still there.
        #expect(try queue.store.outputs(of: job).count { $0.role == "validation" } >= 9)
        second.kill()
    }

    @Test(arguments: [false, true])
    func aStoppedWorkerGivesItsJobBack(frozen: Bool) throws {
        let queue = try FaultQueue()
        let job = try queue.count(to: 200, every: 1000, ["slow"])
        let first = try queue.startWorker()
        try queue.waitForStep(FaultSeed.moment(in: 10...120), of: job)
        if frozen { first.signal(SIGSTOP) }
        first.signal(SIGTERM)
        if frozen { first.signal(SIGCONT) }
        #expect(try first.waitForExit() == 0)
        let given = try #require(try queue.store.attempts(of: job).first)
        #expect(given.outcome == .yielded)
        #expect(try queue.store.job(job)?.state == .ready)
        let second = try queue.startWorker(["--drain"])
        #expect(try second.waitForExit() == 0)
        try queue.expectOneWinner(job, steps: 200)
        let attempts = try queue.store.attempts(of: job)
        #expect(attempts[1].resumedStep == (try queue.checkpointStep(job)))
        let summary = try #require(try queue.store.job(job))
        #expect(summary.failures == 0 && summary.crashes == 0 && summary.yields == 1)
    }

    @Test func aSecondSignalSkipsTheWait() throws {
        let queue = try FaultQueue()
        let job = try queue.count(to: 100_000, every: 100_000, ["slow", "patient"])
        let worker = try queue.startWorker()
        try eventually("some steps") { (try queue.store.job(job)?.step ?? 0) >= 10 }
        worker.signal(SIGTERM)
        try eventually("the first signal is heard") { worker.logged.contains("stopping:") }
        let step = try #require(try queue.store.job(job)?.step)
        try eventually("it goes on") { (try queue.store.job(job)?.step ?? 0) > step + 20 }
        #expect(worker.isRunning)
        worker.signal(SIGTERM)
        #expect(try worker.waitForExit() == 0)
        #expect(try queue.store.attempts(of: job).map(\.outcome) == [.yielded])
        #expect(try queue.store.job(job)?.state == .ready)
        #expect(try queue.checkpointStep(job) > step + 20)
    }

    @Test func aJobThatHearsNothingIsLeftToItsLease() throws {
        let queue = try FaultQueue()
        let job = try queue.count(to: 400, ["slow", "deaf"])
        let first = try queue.startWorker([], "CONTRAST_GRACE=200ms\n")
        try queue.waitForStep(FaultSeed.moment(in: 21...250), of: job)
        first.signal(SIGTERM)
        #expect(try first.waitForExit() == 75)
        #expect(try queue.store.job(job)?.failures == 0)
        try queue.execute(
            """
            UPDATE contrast.job_spec SET params = jsonb_set(params, '{validation_prompts}', '["slow"]')
            """
        )
        let second = try queue.startWorker()
        try queue.waitForState(.succeeded, of: job)
        try queue.expectOneWinner(job, steps: 400)
        second.kill()
    }

    @Test(arguments: ["fast", "immediate"])
    func aRestartOfTheDatabaseStopsNobody(_ mode: String) throws {
        let queue = try FaultQueue(on: FaultServer())
        let job = try queue.count(to: 250, ["slow"])
        let worker = try queue.startWorker()
        try queue.waitForStep(FaultSeed.moment(in: 21...120), of: job)
        try queue.server.stop(mode)
        let before = worker.logged
        try eventually("the worker notices") { worker.logged != before }
        try queue.server.start()
        try queue.waitForState(.succeeded, of: job)
        try queue.expectOneWinner(job, steps: 250)
        #expect(try queue.store.attempts(of: job).count == 1)
        #expect(worker.isRunning)
        worker.kill()
    }

    @Test func aWorkerThatWakesUpTooLatePublishesNothing() throws {
        let queue = try FaultQueue()
        let job = try queue.count(to: 150, ["slow"])
        let zombie = try queue.startWorker()
        try queue.waitForStep(FaultSeed.moment(in: 21...90), of: job)
        zombie.signal(SIGSTOP)
        let second = try queue.startWorker()
        try queue.waitForState(.running, of: job)
        try eventually("the second has it") { try queue.store.attempts(of: job).count == 2 }
        zombie.signal(SIGCONT)
        try queue.waitForState(.succeeded, of: job)
        try eventually("the first gives up") {
            zombie.logged.contains("belongs to another worker")
                || zombie.logged.contains("was cancelled")
        } else: {
            zombie.logged
        }
        try queue.expectOneWinner(job, steps: 150)
        let published = try FileManager.default.contentsOfDirectory(
            atPath: queue.folder.appending(path: "outputs/\(job)").path
        )
        #expect(published.count == 1)
        #expect(zombie.isRunning && second.isRunning)
    }

    @Test(arguments: ["truncated", "one bit flipped"])
    func aDamagedCheckpointIsPassedOver(_ damage: String) throws {
        let queue = try FaultQueue()
        let job = try queue.count(to: 150, ["slow"])
        let first = try queue.startWorker()
        try queue.waitForStep(FaultSeed.moment(in: 45...90), of: job)
        first.kill()
        let newest = try #require(
            try queue.value(
                "SELECT path FROM contrast.checkpoint WHERE job_id = \(job) ORDER BY step DESC LIMIT 1"
            )
        )
        let step = try queue.checkpointStep(job)
        let state = queue.folder.appending(path: "outputs/.work/\(newest)/state")
        var content = try Data(contentsOf: state)
        if damage == "truncated" { content.removeLast(content.count / 2) } else { content[7] ^= 1 }
        try content.write(to: state)
        let second = try queue.startWorker()
        try queue.waitForState(.succeeded, of: job)
        try queue.expectOneWinner(job, steps: 150)
        #expect(try queue.store.attempts(of: job)[1].resumedStep == step - 20)
        let warnings = try #require(try queue.store.job(job)).warnings
        #expect(warnings.contains { $0.contains("step \(step)") && $0.contains("state") })
        second.kill()
    }

    @Test func aCancelledJobStops() throws {
        let queue = try FaultQueue()
        let job = try queue.count(to: 100_000, ["slow"])
        let next = try queue.count(to: 3)
        let worker = try queue.startWorker()
        try queue.waitForStep(FaultSeed.moment(in: 1...60), of: job)
        #expect(try queue.store.cancel(job) == "cancelling")
        try queue.waitForState(.cancelled, of: job)
        try queue.waitForState(.succeeded, of: next)
        #expect(try queue.store.outputs(of: job).isEmpty)
        #expect(worker.isRunning)
    }
}
