internal import Foundation
internal import Layers
internal import Optimizers
internal import Requests
internal import Tensors

/// Everything a training's next step depends on, and how it is kept in a checkpoint folder.
///
/// One file, `state.safetensors`: the parameters, the optimizer's moments and the averages under prefixes
/// of their own, the step and the training's identity as metadata. Noise, order of data and dropped
/// conditions are functions of the step and the seed, so they need no state.
struct TrainingState {
    private static let fileName = "state.safetensors"

    /// The steps done.
    private(set) var step = 0
    /// The steps skipped since the last one that changed something.
    private(set) var skippedSteps = 0
    /// Whether the validation of the last step is still to come.
    var awaitsValidation = false
    private let parameters: [Parameter]
    private let optimizer: AdamW
    private let average: ExponentialMovingAverage?
    private let identity: String

    /// Creates the state before the first step.
    ///
    /// - Parameter identity: What makes checkpoints compatible, such as the canonical request.
    init(parameters: [Parameter], settings: TrainingLoopSettings, identity: String) {
        self.parameters = parameters
        self.identity = identity
        optimizer = AdamW(parameters, settings: settings.optimizer)
        average = settings.averageDecay.map { ExponentialMovingAverage(parameters, decay: $0) }
    }

    /// Applies the gradients of one step, scaled.
    mutating func update(with gradients: GradientSum, learningRate: Double, gradientScale: Float) {
        optimizer.step(gradients, learningRate: learningRate, gradientScale: gradientScale)
        average?.update()
        step += 1
        skippedSteps = 0
    }

    /// Counts a step that changes nothing.
    mutating func skipStep() {
        step += 1
        skippedSteps += 1
    }

    /// Runs `body` with the averaged weights in the parameters, if there are any.
    func withAverages<Result>(_ body: () throws -> Result) rethrows -> Result {
        guard let average else { return try body() }
        return try average.withAverages(body)
    }

    /// Writes the state into an empty folder.
    func save(to folder: URL) throws {
        var tensors: [String: Tensor] = [:]
        for parameter in parameters { tensors["parameter.\(parameter.name)"] = parameter.tensor }
        for (key, value) in optimizer.state { tensors["optimizer.\(key)"] = value }
        for (key, value) in average?.state ?? [:] { tensors["average.\(key)"] = value }
        var metadata = [
            "step": "\(step)", "skipped_steps": "\(skippedSteps)", "identity": identity,
        ]
        if awaitsValidation { metadata["awaits_validation"] = "true" }
        try WeightFile.write(
            tensors,
            metadata: metadata,
            to: folder.appending(path: TrainingState.fileName).path
        )
    }

    /// Takes over the state of a checkpoint.
    ///
    /// - Throws: `TrainingError.foreignCheckpoint`, or what reading the file throws.
    mutating func restore(from resumePoint: ResumePoint) throws {
        let path = resumePoint.folder.appending(path: TrainingState.fileName).path
        let weights = try SafeTensorsWeights(file: path)
        let metadata = weights.metadata
        guard metadata["identity"] == identity else {
            let difference = IdentityDifference(
                expected: identity,
                found: metadata["identity"] ?? "none"
            )
            throw TrainingError.foreignCheckpoint(
                expected: difference.expected,
                found: difference.found
            )
        }
        func count(_ key: String) throws(TrainingError) -> Int {
            guard let count = metadata[key].flatMap(Int.init) else {
                throw .incompleteCheckpoint(key: key)
            }
            return count
        }
        let (step, skippedSteps) = (try count("step"), try count("skipped_steps"))
        // The task's data starts where the resume point says.
        guard step == resumePoint.step else {
            throw TrainingError.foreignCheckpoint(
                expected: "step \(resumePoint.step)",
                found: "step \(step)"
            )
        }
        let scope = ParameterScope.loading(from: weights)
        for parameter in parameters {
            let stored = try scope["parameter"].parameter(
                parameter.name,
                shape: parameter.shape,
                initialization: .zeros
            )
            parameter.update(to: stored.tensor)
        }
        try optimizer.restore(from: scope["optimizer"])
        try average?.restore(from: scope["average"])
        try scope.finish()
        self.step = step
        self.skippedSteps = skippedSteps
        awaitsValidation = metadata["awaits_validation"] == "true"
    }
}
