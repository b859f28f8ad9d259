internal import JobWorker

/// Everything this program can run.
enum JobHandlers {
    static let all: [any JobHandler] = [
        GenerationHandler(), TrainingHandler(), PreparationHandler(), PretrainingHandler(),
        EvaluationHandler(),
    ]
}
