/// AdamW and its learning rate, gradient clipping and accumulation: what every training job shares.
package struct OptimizerSettings: Equatable, Sendable {
    package let stepCount: Int
    /// Samples per forward pass.
    package let batchSize: Int
    /// Forward passes per optimiser step.
    package let gradientAccumulationSteps: Int
    package let learningRate: Float
    package let learningRateSchedule: LearningRateScheduleKind
    package let warmupSteps: Int
    package let weightDecay: Float
    package let beta1: Float
    package let beta2: Float
    package let epsilon: Float
    /// Largest norm of all gradients together; 0 does not clip.
    package let maximumGradientNorm: Float
    /// Recompute activations in the backward pass instead of keeping them.
    package let checkpointsGradients: Bool
    package let precision: TrainingPrecision

    init(
        _ fields: RequestReader,
        stepCount steps: Int,
        batchSize batch: Int,
        learningRate rate: Double
    ) throws(RequestError) {
        stepCount = try fields.integer(
            "max_train_steps",
            default: steps,
            in: 1...100_000_000,
            "Optimiser steps."
        )
        batchSize = try fields.integer(
            "train_batch_size",
            default: batch,
            in: 1...1024,
            "Samples per forward pass."
        )
        gradientAccumulationSteps = try fields.integer(
            "gradient_accumulation_steps",
            default: 1,
            in: 1...1024,
            "Forward passes per optimiser step."
        )
        learningRate = try fields.number(
            "learning_rate",
            default: rate,
            in: 0...1,
            "Learning rate of AdamW."
        )
        learningRateSchedule = try fields.choice(
            "lr_scheduler",
            default: .constant,
            "How the learning rate goes over the steps."
        )
        warmupSteps = try fields.integer(
            "lr_warmup_steps",
            default: 0,
            in: 0...1_000_000,
            "Steps in which the learning rate rises from 0."
        )
        weightDecay = try fields.number(
            "adam_weight_decay",
            default: 0.01,
            in: 0...10,
            "Weight decay, decoupled."
        )
        beta1 = try fields.number("adam_beta1", default: 0.9, in: 0...0.9999, "β₁.")
        beta2 = try fields.number("adam_beta2", default: 0.999, in: 0...0.99999, "β₂.")
        epsilon = try fields.number("adam_epsilon", default: 1e-8, in: 0...1, "ε.")
        maximumGradientNorm = try fields.number(
            "max_grad_norm",
            default: 1,
            in: 0...1_000_000,
            "Largest norm of all gradients together; 0 does not clip."
        )
        checkpointsGradients = try fields.flag(
            "gradient_checkpointing",
            default: false,
            "Recompute activations instead of keeping them: less memory, more time."
        )
        precision = try fields.choice("precision", default: .float32, "Numbers in matrix products.")
        try fields.require(
            warmupSteps <= stepCount,
            "lr_warmup_steps",
            "expected at most max_train_steps (\(stepCount)), found \(warmupSteps); lower it"
        )
    }
}
