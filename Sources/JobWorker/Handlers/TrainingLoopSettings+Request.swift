internal import Optimizers
internal import Requests
internal import Training

extension TrainingLoopSettings {
    /// The settings that `train` and `pretrain` requests share.
    init(
        _ optimizer: OptimizerSettings,
        checkpoints: CheckpointSettings,
        validation: ValidationSettings
    ) {
        self.init(
            steps: optimizer.stepCount,
            learningRate: LearningRateSchedule(
                optimizer.learningRateSchedule.curve,
                peak: Double(optimizer.learningRate),
                warmupSteps: optimizer.warmupSteps,
                totalSteps: optimizer.stepCount
            )
        )
        self.optimizer = AdamW.Settings(
            beta1: Double(optimizer.beta1),
            beta2: Double(optimizer.beta2),
            epsilon: Double(optimizer.epsilon),
            weightDecay: Double(optimizer.weightDecay)
        )
        gradientAccumulationSteps = optimizer.gradientAccumulationSteps
        maximumGradientNorm =
            optimizer.maximumGradientNorm > 0 ? Double(optimizer.maximumGradientNorm) : nil
        checkpointSteps = checkpoints.stepInterval
        checkpointInterval = .seconds(checkpoints.secondsInterval)
        validationSteps = validation.stepInterval
    }
}

extension LearningRateScheduleKind {
    /// The curve the optimizers know under this name.
    fileprivate var curve: LearningRateSchedule.Curve {
        switch self {
        case .constant, .constantWithWarmup: .constant
        case .linear: .linear
        case .cosine: .cosine
        }
    }
}
