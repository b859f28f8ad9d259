package import Optimizers

/// How long and how fast a training runs, and when it saves and shows itself.
package struct TrainingLoopSettings: Sendable {
    /// The optimizer steps in all.
    package var steps: Int
    /// The learning rate over the steps.
    package var learningRate: LearningRateSchedule
    /// The optimizer's constants.
    package var optimizer = AdamW.Settings()
    /// The micro-batches whose mean gradient makes a step.
    package var gradientAccumulationSteps = 1
    /// The norm gradients are scaled down to; `nil` to leave them as they are.
    package var maximumGradientNorm: Double? = 1
    /// How much of the averaged weights a step keeps; `nil` to keep no average.
    package var averageDecay: Float?
    /// The steps between two checkpoints; `nil` to go by time alone.
    package var checkpointSteps: Int?
    /// The longest time between two checkpoints.
    package var checkpointInterval: Duration = .seconds(300)
    /// The steps between two validations; the last step has one too. 0 for none at all.
    package var validationSteps = 0

    /// Creates settings with the defaults above.
    package init(steps: Int, learningRate: LearningRateSchedule) {
        self.steps = steps
        self.learningRate = learningRate
    }
}
