internal import Layers
internal import Optimizers
package import Requests
internal import Tensors

/// Repeats a task's step until it is done, interrupted or diverged.
///
/// `N` steps straight and `k` steps, a resume and `N − k` steps give the same bytes: a checkpoint holds
/// everything a step depends on besides its number.
package struct TrainingLoop {
    /// How many steps in a row may lack a finite loss or gradient before the training is given up; fewer in
    /// a training that has not as many. Such a step changes nothing.
    package static let toleratedNonFiniteSteps = 5

    /// How many steps, evenly spread over the training, have a line in the job's log.
    private static let loggedSteps = 20

    /// Shows how far the training is, with pictures that use the same seeds every time. Recording is off
    /// and the averaged weights, if there are any, are in place. It may throw an interruption: then it is
    /// begun anew where the training goes on.
    package typealias Validation = (_ step: Int) throws -> Void

    private let task: any TrainingTask
    private let settings: TrainingLoopSettings
    private let host: any PipelineHost
    private let validation: Validation
    private let clock = ContinuousClock()
    private var state: TrainingState

    /// Creates the loop at its first step, or where `host` says an earlier attempt got to.
    ///
    /// - Parameter identity: What makes checkpoints compatible, such as the canonical request.
    package init(
        task: any TrainingTask,
        settings: TrainingLoopSettings,
        identity: String,
        host: any PipelineHost,
        validation: @escaping Validation
    ) throws {
        self.task = task
        self.validation = validation
        self.settings = settings
        self.host = host
        state = TrainingState(parameters: task.parameters, settings: settings, identity: identity)
        if let resumePoint = host.resumePoint {
            try state.restore(from: resumePoint)
            host.log("Resumed after step \(state.step) of \(settings.steps).")
        }
    }

    /// Runs the remaining steps and, if there are validations at all, a last one.
    ///
    /// - Throws: `PipelineInterruption` after saving a checkpoint, `TrainingError.diverged`, or whatever
    ///   the task or the host throws.
    package mutating func run() throws {
        var lastCheckpoint = clock.now
        host.report(step: state.step, of: settings.steps)
        // An earlier attempt was interrupted before it came to this.
        if state.awaitsValidation { try validate() }
        while state.step < settings.steps {
            try takeStep()
            host.report(step: state.step, of: settings.steps)
            state.awaitsValidation =
                settings.validationSteps > 0 && state.step % settings.validationSteps == 0
                && state.step < settings.steps
            if state.awaitsValidation, host.interruption == nil { try validate() }
            let interruption = host.interruption
            if interruption == .cancelled { throw PipelineInterruption.cancelled }
            let isDue =
                settings.checkpointSteps.map { state.step % $0 == 0 } ?? false
                || clock.now - lastCheckpoint >= settings.checkpointInterval
            if (isDue && state.step < settings.steps) || interruption != nil {
                try saveCheckpoint()
                lastCheckpoint = clock.now
            }
            if let interruption { throw interruption }
        }
        if settings.validationSteps > 0 { try validate() }
    }

    /// Runs `body` with the final weights in the task's parameters: the averaged ones if there is an
    /// average.
    package func withFinalWeights<Result>(_ body: () throws -> Result) rethrows -> Result {
        try state.withAverages(body)
    }

    private func saveCheckpoint() throws {
        let state = state
        try host.saveCheckpoint(step: state.step) { folder in try state.save(to: folder) }
    }

    private mutating func validate() throws {
        do {
            try state.withAverages { try validation(state.step) }
        } catch PipelineInterruption.yielded {
            state.awaitsValidation = state.step < settings.steps
            try saveCheckpoint()
            throw PipelineInterruption.yielded
        }
        state.awaitsValidation = false
    }

    /// One optimizer step: the mean gradient of the micro-batches, clipped, applied.
    private mutating func takeStep() throws {
        let started = clock.now
        let step = state.step
        var gradients = GradientSum(of: task.parameters)
        var losses = LossMean()
        var layer: String?
        let tolerated = min(TrainingLoop.toleratedNonFiniteSteps, settings.steps)
        let isLastChance = state.skippedSteps >= tolerated - 1
        for microBatch in 0..<settings.gradientAccumulationSteps {
            let (loss, found) = try loss(step: step, microBatch: microBatch, watching: isLastChance)
            layer = layer ?? found
            losses.add(loss)
            gradients.add(
                Gradients(of: loss.total),
                weight: 1 / Float(settings.gradientAccumulationSteps)
            )
        }
        let norm = gradients.globalNorm
        let learningRate = settings.learningRate.rate(atStep: step)
        if losses.total.isFinite, norm.isFinite {
            state.update(
                with: gradients,
                learningRate: learningRate,
                gradientScale: settings.maximumGradientNorm.map {
                    GradientClipping.scale(forGlobalNorm: norm, limit: $0)
                } ?? 1
            )
        } else {
            host.log("Step \(step) skipped: loss \(losses.total), gradient norm \(norm).")
            state.skipStep()
            if isLastChance {
                throw TrainingError.diverged(
                    step: step,
                    quantity: losses.total.isFinite ? "the gradient" : "the loss",
                    skipped: tolerated,
                    layer: layer
                )
            }
        }
        report(losses, gradientNorm: norm, learningRate: learningRate, since: started, step: step)
    }

    /// The loss of a micro-batch; if the layers are watched, with the first one that gave a number that is
    /// not finite.
    private func loss(
        step: Int,
        microBatch: Int,
        watching: Bool
    ) throws -> (TrainingLoss, layer: String?) {
        func recorded() throws -> TrainingLoss {
            try Tape.record { try task.loss(step: step, microBatch: microBatch) }
        }
        return watching ? try FiniteWatch.watching(recorded) : (try recorded(), nil)
    }

    private func report(
        _ losses: LossMean,
        gradientNorm: Double,
        learningRate: Double,
        since started: ContinuousClock.Instant,
        step: Int
    ) {
        host.report(metric: "loss/total", value: Double(losses.total), step: step)
        for (name, value) in losses.parts {
            host.report(metric: name, value: Double(value), step: step)
        }
        host.report(metric: "gradient_norm", value: gradientNorm, step: step)
        host.report(metric: "learning_rate", value: learningRate, step: step)
        let seconds = (clock.now - started).seconds
        host.report(metric: "time/step", value: seconds, step: step)
        host.report(metric: "time/data_wait", value: losses.dataWait.seconds, step: step)
        let done = step + 1
        if done.isMultiple(of: max(1, settings.steps / TrainingLoop.loggedSteps)) {
            let milliseconds = Int((seconds * 1000).rounded())
            host.log(
                "Step \(done) of \(settings.steps): loss \(losses.total), \(milliseconds) ms."
            )
        }
    }
}

extension Duration {
    /// The duration in seconds.
    var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
