import Layers
import Tensors

@testable import Training

/// The sum of squares of two parameters, times a factor that a test chooses for each step.
final class ScriptedTask: TrainingTask {
    let parameters: [Parameter]
    private let factor: (Int) -> Float

    init(factor: @escaping (Int) -> Float) throws {
        self.factor = factor
        let scope = ParameterScope.initializing(seed: 1)
        _ = try scope.parameter("weight", shape: [2], initialization: .constant(1))
        parameters = scope.parameters
    }

    func loss(step: Int, microBatch: Int) -> TrainingLoss {
        TrainingLoss(total: parameters[0].tensor.squared().sum() * factor(step))
    }
}

/// Another task's first micro-batch, over and over: same noise, same timesteps.
final class FirstBatchTask: TrainingTask {
    private let task: any TrainingTask

    /// Repeats a task whose samples are the same in every batch.
    init(_ task: any TrainingTask) { self.task = task }

    var parameters: [Parameter] { task.parameters }

    func loss(step: Int, microBatch: Int) throws -> TrainingLoss {
        try task.loss(step: 0, microBatch: 0)
    }
}
