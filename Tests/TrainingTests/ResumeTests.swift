import Foundation
import Optimizers
import Requests
import Tensors
import TestSupport
import Testing

@testable import Training

/// N steps straight and k steps, a resume and N − k steps give the same bytes.
struct ResumeTests {
    private static let accumulation = 2
    private static let settings: TrainingLoopSettings = {
        var settings = TrainingLoopSettings(
            steps: 5,
            learningRate: LearningRateSchedule(.cosine, peak: 1e-3, warmupSteps: 2, totalSteps: 5)
        )
        settings.gradientAccumulationSteps = accumulation
        settings.averageDecay = 0.9
        settings.checkpointSteps = 4
        return settings
    }()

    /// Runs a training on a host and returns its last checkpoint and its final weights.
    private func run(_ kind: TinyTraining, on host: RecordingHost) throws -> (Data, [[Float]]) {
        let task = try kind.task(
            firstBatch: (host.resumePoint?.step ?? 0) * ResumeTests.accumulation,
            drops: ConditionDrops(image: 0.2, text: 0.2, both: 0.2)
        )
        var loop = try TrainingLoop(
            task: task,
            settings: ResumeTests.settings,
            identity: "a request",
            host: host,
            validation: { _ in }
        )
        try loop.run()
        let checkpoint = try #require(host.checkpoints.last)
        #expect(checkpoint.step == 4)
        return (
            try Data(contentsOf: checkpoint.folder.appending(path: "state.safetensors")),
            loop.withFinalWeights { task.parameters.map(\.tensor.values) }
        )
    }

    /// What does not depend on the clock.
    private func numbers(_ host: RecordingHost) -> [RecordingHost.Metric] {
        host.metrics.filter { !$0.name.hasPrefix("time/") }
    }

    @Test(arguments: TinyTraining.allCases)
    func givesTheSameBytes(kind: TinyTraining) throws {
        let straight = try RecordingHost()
        let (checkpoint, weights) = try run(kind, on: straight)

        let interrupted = try RecordingHost(stoppingAt: (2, .yielded))
        #expect(throws: PipelineInterruption.yielded) { try run(kind, on: interrupted) }
        let resumePoint = try #require(interrupted.checkpoints.last)
        let resumed = try RecordingHost(resumingAt: resumePoint)
        let (resumedCheckpoint, resumedWeights) = try run(kind, on: resumed)

        #expect(resumedCheckpoint == checkpoint)
        #expect(resumedWeights == weights)
        #expect(numbers(interrupted) + numbers(resumed) == numbers(straight))
        #expect(resumed.progress.map(\.step) == [2, 3, 4, 5])
        #expect(resumed.logs.first == "Resumed after step 2 of 5.")
    }

    @Test(arguments: TinyTraining.allCases)
    func reportsWhatAnOperatorWatches(kind: TinyTraining) throws {
        let host = try RecordingHost()
        let task = try kind.task()
        var settings = ResumeTests.settings
        settings.steps = 1
        var loop = try TrainingLoop(
            task: task,
            settings: settings,
            identity: "",
            host: host,
            validation: { _ in }
        )
        try loop.run()
        let names =
            ["loss/total"] + kind.losses + [
                "gradient_norm", "learning_rate", "time/step", "time/data_wait",
            ]
        #expect(host.metrics.map(\.name) == names)
        #expect(host.metrics.allSatisfy { $0.step == 0 && $0.value.isFinite })
        #expect(try #require(host.curve("gradient_norm").first) > 0)
    }

    @Test func refusesACheckpointOfAnotherRequest() throws {
        let host = try RecordingHost(stoppingAt: (1, .yielded))
        func loop(identity: String, on host: RecordingHost) throws -> TrainingLoop {
            try TrainingLoop(
                task: ScriptedTask { _ in 1 },
                settings: ResumeTests.settings,
                identity: identity,
                host: host,
                validation: { _ in }
            )
        }
        var first = try loop(identity: "one", on: host)
        #expect(throws: PipelineInterruption.yielded) { try first.run() }
        let checkpoint = try #require(host.checkpoints.last)
        #expect(throws: TrainingError.foreignCheckpoint(expected: "\"two\"", found: "\"one\"")) {
            try loop(identity: "two", on: RecordingHost(resumingAt: checkpoint))
        }
        let misplaced = ResumePoint(step: 3, folder: checkpoint.folder)
        #expect(throws: TrainingError.foreignCheckpoint(expected: "step 3", found: "step 1")) {
            try loop(identity: "one", on: RecordingHost(resumingAt: misplaced))
        }
    }

    @Test func aForeignCheckpointIsToldByWhatDiffers() {
        let difference = IdentityDifference(
            expected: #"{"data": "d", "method": {"depth": 2, "cscl": true}, "seed": 3}"#,
            found: #"{"data": "d", "method": {"depth": 4, "cscl": true}}"#
        )
        #expect(difference.expected == "method.depth 2, seed 3")
        #expect(difference.found == "method.depth 4, seed absent")
        let words = TrainingError.foreignCheckpoint(
            expected: difference.expected,
            found: difference.found
        )
        #expect(
            words.description == """
                The checkpoint belongs to another training: expected method.depth 2, seed 3, found \
                method.depth 4, seed absent; enqueue a new job instead of changing this one.
                """
        )
    }
}
