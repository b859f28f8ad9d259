import Foundation
import JobQueue
import Testing
import WorkerTestSupport

/// Real trainings and generations whose worker or database goes away in the middle: each succeeds once, with
/// the bytes of an undisturbed one.
@Suite(.serialized, .keepsInvariants)
struct DisturbedJobTests {
    @Test(arguments: Disturbance.allCases)
    func anotherWorkerGoesOnWithATraining(_ disturbance: Disturbance) throws {
        let expected = try Undisturbed.shared.get()
        let plant = try Plant()
        let job = try plant.train(steps: Undisturbed.stepCount)
        let first = try plant.startWorker()
        try eventually("two checkpoints") { try plant.queue.checkpointStep(job) >= 10 }
        try disturbance.strike(first)
        let reached = try plant.queue.checkpointStep(job)
        #expect(reached < Undisturbed.stepCount, "in the middle")
        let second = try plant.startWorker()
        try plant.queue.waitForState(.succeeded, of: job)
        try plant.expectOnlyTheFilesOfRows(of: job)
        second.kill()

        try plant.queue.expectOneWinner(job)
        #expect(try plant.files("adapter", of: job)["adapter.safetensors"] == expected.adapter)
        #expect(try plant.queue.store.attempts(of: job)[1].resumedStep == reached)
        try disturbance.expectRecord(of: job, in: plant.queue)
        let steps = try plant.queue.store.metrics(of: job).filter { $0.name == "loss/total" }
        #expect(steps.map(\.step) == Array(0..<Undisturbed.stepCount), "the curve has every step")
    }

    @Test(arguments: Disturbance.allCases)
    func anotherWorkerGoesOnWithAGeneration(_ disturbance: Disturbance) throws {
        let expected = try Undisturbed.shared.get()
        let plant = try Plant()
        try plant.install(adapter: expected.adapter)
        let job = try plant.generate(Undisturbed.generation)
        let first = try plant.startWorker()
        // The second picture is being made.
        try plant.waitForStep(30, of: job)
        try disturbance.strike(first)
        #expect(try plant.queue.store.job(job)?.state != .succeeded, "in the middle")
        let second = try plant.startWorker()
        try plant.queue.waitForState(.succeeded, of: job)
        try plant.expectOnlyTheFilesOfRows(of: job)
        second.kill()

        #expect(try Undisturbed.pictures(of: job, in: plant) == expected.pictures)
        try disturbance.expectRecord(of: job, in: plant.queue)
        // A worker that is asked to end saves its pictures; the next checkpoint by time is a minute away.
        let resumed = try #require(try plant.queue.store.attempts(of: job).last).resumedStep ?? 0
        #expect((resumed >= 30) == (disturbance == .stop) && resumed.isMultiple(of: 30))
        if disturbance == .stop {
            let lines = try plant.queue.store.log(of: job).map(\.text)
            #expect(lines.count { $0.hasPrefix("Picture ") } == 12, "no picture is made twice")
        }
    }

    /// The third signal ends the process at once, whatever it is doing: here it waits for a lock that others
    /// hold on the rows of checkpoints.
    @Test func aThirdSignalLeavesTheJobToItsLease() throws {
        let expected = try Undisturbed.shared.get()
        let plant = try Plant()
        try plant.install(adapter: expected.adapter)
        let job = try plant.generate(Undisturbed.generation)
        let worker = try plant.startWorker()
        try plant.waitForStep(30, of: job)
        try plant.queue.whileLocking("contrast.checkpoint") {
            for words in ["stopping:", "given back at its next step"] {
                worker.signal(SIGTERM)
                try eventually("the worker hears: \(words)") { worker.logged.contains(words) }
            }
            #expect(worker.isRunning)
            worker.signal(SIGTERM)
            #expect(try worker.waitForExit() == 75)
        }
        #expect(worker.logged.contains("stopped at once"))
        let second = try plant.startWorker()
        try plant.queue.waitForState(.succeeded, of: job)
        second.kill()
        #expect(try Undisturbed.pictures(of: job, in: plant) == expected.pictures)
        let attempts = try plant.queue.store.attempts(of: job)
        #expect(attempts.map(\.outcome) == [.lost, .succeeded])
        #expect(try plant.queue.store.job(job)?.failures == 0)
    }

    @Test(arguments: ["fast", "immediate"])
    func aRestartOfTheDatabaseStopsNeither(_ mode: String) throws {
        let expected = try Undisturbed.shared.get()
        let plant = try Plant(on: FaultServer())
        try plant.install(adapter: expected.adapter)
        let generation = try plant.generate(Undisturbed.generation)
        let training = try plant.train(steps: Undisturbed.stepCount)
        let worker = try plant.startWorker()
        try plant.waitForStep(30, of: generation)
        try restart(plant, mode, worker)
        try plant.queue.waitForState(.succeeded, of: generation)
        try eventually("a checkpoint") { try plant.queue.checkpointStep(training) >= 10 }
        try restart(plant, mode, worker)
        try plant.queue.waitForState(.succeeded, of: training)

        for job in [generation, training] { try plant.expectOnlyTheFilesOfRows(of: job) }
        #expect(worker.isRunning)
        #expect(try Undisturbed.pictures(of: generation, in: plant) == expected.pictures)
        try plant.queue.expectOneWinner(training)
        #expect(try plant.files("adapter", of: training)["adapter.safetensors"] == expected.adapter)
        for job in [generation, training] {
            #expect(try plant.queue.store.attempts(of: job).count == 1, "nobody took it away")
        }
        worker.kill()
    }

    private func restart(_ plant: Plant, _ mode: String, _ worker: WorkerProcess) throws {
        let before = worker.logged
        try plant.queue.server.stop(mode)
        try eventually("the worker notices") { worker.logged != before }
        try plant.queue.server.start()
    }

    @Test func aCancelledJobStopsAndTheWorkerGoesOn() throws {
        let expected = try Undisturbed.shared.get()
        let plant = try Plant()
        try plant.install(adapter: expected.adapter)
        let training = try plant.train(steps: 100_000, #"{"checkpointing_steps": 100000}"#)
        let generation = try plant.generate(#"{"count": 1000, "steps": 50}"#)
        let next = try plant.generate()
        let worker = try plant.startWorker()
        for job in [training, generation] {
            try plant.waitForStep(3, of: job)
            let wasRunning = try plant.queue.store.cancel(job) == "cancelling"
            #expect(wasRunning)
            try plant.queue.waitForState(.cancelled, of: job)
            #expect(try plant.queue.store.attempts(of: job).map(\.outcome) == [.cancelled])
            try plant.expectNothingLeft(of: job)
        }
        try plant.queue.waitForState(.succeeded, of: next)
        #expect(worker.isRunning)
        worker.kill()
    }

    @Test func aJobThatWasChangedBetweenAttemptsIsTold() throws {
        let plant = try Plant()
        let job = try plant.train(steps: 100_000)
        let first = try plant.startWorker()
        try eventually("a checkpoint") { try plant.queue.checkpointStep(job) >= 10 }
        first.signal(SIGTERM)
        #expect(try first.waitForExit() == 0)
        try plant.queue.execute(
            """
            UPDATE contrast.job_spec SET params = params || '{"seed": 6, "learning_rate": 0.5}'
            """
        )
        let second = try plant.startWorker()
        try plant.queue.waitForState(.failed, of: job)
        second.kill()
        let failure = try #require(try plant.queue.store.attempts(of: job).last?.failure)
        #expect(failure.failureClass == .permanent)
        #expect(
            failure.text == """
                The checkpoint belongs to another training: expected learning_rate 0.5, seed 6, found \
                learning_rate 0.001, seed 5; enqueue a new job instead of changing this one.
                """
        )
    }
}
