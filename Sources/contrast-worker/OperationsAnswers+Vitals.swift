internal import JobWorker
internal import Operations

extension OperationsAnswers {
    /// What a worker says of itself.
    init(_ vitals: WorkerVitals, _ metrics: PrometheusMetrics) {
        self.init(
            problems: { vitals.problems },
            obstacles: { vitals.obstacles },
            status: { vitals.status },
            metrics: {
                vitals.sample()
                return metrics.text
            }
        )
    }
}
