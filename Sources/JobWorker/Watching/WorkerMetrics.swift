internal import JobQueue
internal import Metrics

/// What a worker counts and measures, told to whatever collects metrics.
struct WorkerMetrics: Sendable {
    private let factory: any MetricsFactory

    init(_ factory: any MetricsFactory) { self.factory = factory }

    /// Makes what has not happened yet known as 0, so that the first time is an increase.
    func begin(name: String, version: String, kinds: [String]) {
        set(.info, [("name", name), ("version", version)], to: 1)
        for kind in kinds {
            for outcome in AttemptOutcome.allCases {
                count(.jobs, [("kind", kind), ("outcome", outcome.rawValue)], by: 0)
            }
            set(.jobRunning, [("kind", kind)], to: 0)
        }
        for found in ["yes", "no"] { count(.claims, [("found", found)], by: 0) }
        for metric in [WorkerMetric.beats, .beatFailures] { count(metric, by: 0) }
    }

    func claimed(in time: Duration, found: Bool) {
        record(.claimTime, [], time / .seconds(1))
        count(.claims, [("found", found ? "yes" : "no")])
    }

    func begin(_ job: JobInHand) { set(.jobRunning, [("kind", job.kind)], to: 1) }

    func step(of job: JobInHand, took seconds: Double) {
        record(.stepTime, [("kind", job.kind)], seconds)
    }

    func end(_ job: JobInHand, _ outcome: AttemptOutcome, after time: Duration) {
        let labels = [("kind", job.kind), ("outcome", outcome.rawValue)]
        count(.jobs, labels)
        record(.jobTime, labels, time / .seconds(1))
        set(.jobRunning, [("kind", job.kind)], to: 0)
    }

    func queue(_ depths: [KindDepth]) {
        for depth in depths {
            let states = [
                ("waiting", depth.waiting), ("ready", depth.ready), ("running", depth.running),
                ("held", depth.held),
            ]
            for (state, count) in states {
                set(.queueJobs, [("kind", depth.kind), ("state", state)], to: Double(count))
            }
            set(.queueOldest, [("kind", depth.kind)], to: depth.oldestReadySeconds ?? 0)
        }
    }

    func count(_ metric: WorkerMetric, _ labels: [(String, String)] = [], by amount: Int = 1) {
        Counter(label: metric.rawValue, dimensions: labels, factory: factory).increment(by: amount)
    }

    func set(_ metric: WorkerMetric, _ labels: [(String, String)] = [], to value: Double) {
        Meter(label: metric.rawValue, dimensions: labels, factory: factory).set(value)
    }

    /// A counter that the kernel keeps.
    func total(_ metric: WorkerMetric, is value: Double, was earlier: Double) {
        FloatingPointCounter(label: metric.rawValue, factory: factory)
            .increment(by: max(0, value - earlier))
    }

    private func record(
        _ metric: WorkerMetric,
        _ labels: [(String, String)],
        _ seconds: Double
    ) {
        Recorder(label: metric.rawValue, dimensions: labels, aggregate: true, factory: factory)
            .record(seconds)
    }
}
