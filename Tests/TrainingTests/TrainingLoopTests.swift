import Optimizers
import Requests
import Tensors
import TestSupport
import Testing

@testable import Training

/// What the loop does when a step fails, when it is stopped and when it is done.
struct TrainingLoopTests {
    private static func settings(steps: Int) -> TrainingLoopSettings {
        var settings = TrainingLoopSettings(
            steps: steps,
            learningRate: LearningRateSchedule(.constant, peak: 0.1, totalSteps: steps)
        )
        settings.checkpointSteps = 2
        settings.validationSteps = steps
        return settings
    }

    private func loop(
        _ task: any TrainingTask,
        steps: Int,
        host: RecordingHost,
        validation: @escaping TrainingLoop.Validation = { _ in }
    ) throws -> TrainingLoop {
        try TrainingLoop(
            task: task,
            settings: TrainingLoopTests.settings(steps: steps),
            identity: "a request",
            host: host,
            validation: validation
        )
    }

    @Test func skipsAStepWithoutAFiniteLoss() throws {
        let host = try RecordingHost()
        let skipping = try ScriptedTask { $0 == 1 ? .nan : 1 }
        var skippingLoop = try loop(skipping, steps: 3, host: host)
        try skippingLoop.run()
        let plain = try ScriptedTask { _ in 1 }
        var plainLoop = try loop(plain, steps: 2, host: RecordingHost())
        try plainLoop.run()
        #expect(skipping.parameters[0].tensor.values == plain.parameters[0].tensor.values)
        #expect(host.progress.map(\.step) == [0, 1, 2, 3])
        #expect(host.logs.count { $0.contains("skipped") } == 1)
    }

    @Test(arguments: [Float.nan, .infinity])
    func givesUpAfterSeveralSuchSteps(factor: Float) throws {
        let host = try RecordingHost()
        let task = try ScriptedTask { $0 < 4 ? 1 : factor }
        var first = try loop(task, steps: 100, host: host)
        let diverged = TrainingError.diverged(
            step: 8,
            quantity: "the loss",
            skipped: 5,
            layer: nil
        )
        #expect(throws: diverged) { try first.run() }
        #expect(host.checkpoints.map(\.step) == [2, 4, 6, 8])
        let values = task.parameters[0].tensor.values
        #expect(values.allSatisfy { $0.isFinite && $0 < 1 })

        // The last checkpoint still holds the weights that the last good step made.
        let checkpoint = try #require(host.checkpoints.last)
        let resumed = try RecordingHost(resumingAt: checkpoint)
        let healthy = try ScriptedTask { _ in 1 }
        _ = try loop(healthy, steps: 100, host: resumed)
        #expect(healthy.parameters[0].tensor.values == values)
    }

    /// A short training that has not changed anything is no success.
    @Test func givesUpSoonerWhenThereAreFewerSteps() throws {
        var loop = try loop(ScriptedTask { _ in .nan }, steps: 2, host: RecordingHost())
        let diverged = TrainingError.diverged(
            step: 1,
            quantity: "the loss",
            skipped: 2,
            layer: nil
        )
        #expect(throws: diverged) { try loop.run() }
    }

    @Test func savesBeforeItYields() throws {
        let host = try RecordingHost(stoppingAt: (3, .yielded))
        var loop = try loop(ScriptedTask { _ in 1 }, steps: 9, host: host)
        #expect(throws: PipelineInterruption.yielded) { try loop.run() }
        #expect(host.checkpoints.map(\.step) == [2, 3])
    }

    /// The last step's work is not lost either; what is left is the validation.
    @Test func savesBeforeItYieldsAfterTheLastStep() throws {
        let host = try RecordingHost(stoppingAt: (3, .yielded))
        var first = try loop(ScriptedTask { _ in 1 }, steps: 3, host: host)
        #expect(throws: PipelineInterruption.yielded) { try first.run() }
        let checkpoint = try #require(host.checkpoints.last)
        #expect(checkpoint.step == 3)
        var validated: [Int] = []
        let resumed = try RecordingHost(resumingAt: checkpoint)
        var second = try loop(ScriptedTask { _ in 1 }, steps: 3, host: resumed) {
            validated.append($0)
        }
        try second.run()
        #expect(validated == [3])
    }

    /// A validation can take minutes: the checkpoint does not wait for it, and it is not left out.
    @Test(arguments: [false, true])
    func aValidationIsPutOffWhenTheJobIsWantedBack(inTheMiddle: Bool) throws {
        var settings = TrainingLoopTests.settings(steps: 6)
        settings.validationSteps = 3
        var validated: [Int] = []
        func loop(on host: RecordingHost, interrupting: Bool = false) throws -> TrainingLoop {
            try TrainingLoop(
                task: ScriptedTask { _ in 1 },
                settings: settings,
                identity: "a request",
                host: host
            ) { step in
                if interrupting { throw PipelineInterruption.yielded }
                validated.append(step)
            }
        }
        let host = try RecordingHost(stoppingAt: inTheMiddle ? nil : (3, .yielded))
        var first = try loop(on: host, interrupting: inTheMiddle)
        #expect(throws: PipelineInterruption.yielded) { try first.run() }
        #expect(host.checkpoints.last?.step == 3)
        #expect(validated.isEmpty)

        let resumed = try RecordingHost(after: host)
        var second = try loop(on: resumed)
        try second.run()
        #expect(validated == [3, 6])
        let checkpoint = try #require(resumed.checkpoints.last)
        #expect(checkpoint.step == 4)
        var third = try loop(on: RecordingHost(resumingAt: checkpoint))
        try third.run()
        #expect(validated == [3, 6, 6], "what has been shown is not shown again")
    }

    @Test func logsStepsAndValidatesWhenAsked() throws {
        let host = try RecordingHost()
        var settings = TrainingLoopTests.settings(steps: 5)
        settings.validationSteps = 0
        var validated: [Int] = []
        var silent = try TrainingLoop(
            task: ScriptedTask { _ in 1 },
            settings: settings,
            identity: "",
            host: host,
            validation: { validated.append($0) }
        )
        try silent.run()
        #expect(validated.isEmpty)
        #expect(host.logs.count == 5)
        #expect(host.logs.last?.hasPrefix("Step 5 of 5: loss ") == true)

        settings.validationSteps = 2
        var shown = try TrainingLoop(
            task: ScriptedTask { _ in 1 },
            settings: settings,
            identity: "",
            host: RecordingHost(),
            validation: { validated.append($0) }
        )
        try shown.run()
        #expect(validated == [2, 4, 5])
    }

    @Test func savesNothingWhenCancelled() throws {
        let host = try RecordingHost(stoppingAt: (3, .cancelled))
        var loop = try loop(ScriptedTask { _ in 1 }, steps: 9, host: host)
        #expect(throws: PipelineInterruption.cancelled) { try loop.run() }
        #expect(host.checkpoints.map(\.step) == [2])
    }

    /// One batch, seen again and again, is learnt.
    @Test(arguments: zip(TinyTraining.allCases, [0.95, 0.8, 0.8, 0.8]))
    func learns(kind: TinyTraining, share: Double) throws {
        let host = try RecordingHost()
        let task = FirstBatchTask(try kind.task(sampleCount: TinyTraining.batchSize))
        let settings = TrainingLoopSettings(
            steps: 40,
            learningRate: LearningRateSchedule(.constant, peak: 5e-3, totalSteps: 40)
        )
        var loop = try TrainingLoop(
            task: task,
            settings: settings,
            identity: "",
            host: host,
            validation: { _ in }
        )
        try loop.run()
        let losses = host.curve("loss/total")
        let (first, last) = (try #require(losses.first), try #require(losses.last))
        #expect(last < share * first, "\(first) became \(last)")
    }
}
