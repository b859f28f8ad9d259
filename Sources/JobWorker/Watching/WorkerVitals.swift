internal import Foundation
internal import JobQueue
internal import Metrics
internal import Synchronization

/// What a worker process knows of itself, for those who watch it: endpoints, metrics, supervisor.
///
/// The worker's threads tell it what they do as they do it. Nobody who asks waits for a computation or for
/// the database.
package final class WorkerVitals: Sendable {
    struct State: Sendable {
        /// When the lease keeper last went round, whether the database answered it or not.
        var keeperTurnedAt: ContinuousClock.Instant?
        /// When the database last answered a beat.
        var beatAt: ContinuousClock.Instant?
        var job: JobInHand?
        /// How attempts of this process have ended.
        var outcomes: [AttemptOutcome: Int] = [:]
        /// The base that is kept for the next job.
        var base: String?
        /// The newest migration of the database.
        var schemaVersion: Int?
        var depths: [KindDepth] = []
        var depthsAt: ContinuousClock.Instant?
        var hasRoom = true
        /// What the kernel last said of the processor time, in seconds.
        var processorTime = 0.0
    }

    let state = Mutex(State())
    let metrics: WorkerMetrics
    let configuration: WorkerConfiguration
    let identity: WorkerIdentity
    let monitor: LeaseMonitor
    let version: String
    let startedAt = Date()
    /// How long the lease keeper may take to go round: two connections and two answers that do not come.
    let keeperPatience: Duration

    init(
        _ configuration: WorkerConfiguration,
        identity: WorkerIdentity,
        monitor: LeaseMonitor,
        version: String,
        metrics: any MetricsFactory,
        keeperPatience: Duration = .seconds(60)
    ) {
        self.configuration = configuration
        self.identity = identity
        self.monitor = monitor
        self.version = version
        self.metrics = WorkerMetrics(metrics)
        self.keeperPatience = keeperPatience + configuration.beat
        self.metrics.begin(name: configuration.name, version: version, kinds: identity.kinds)
    }
}

// MARK: - What the worker's threads tell

extension WorkerVitals {
    /// The lease keeper goes round.
    func keeperTurned() {
        state.withLock { $0.keeperTurnedAt = .now }
    }

    func beatAnswered() {
        state.withLock { $0.beatAt = .now }
        metrics.count(.beats)
    }

    func keeperFailed() {
        metrics.count(.beatFailures)
    }

    /// A session was opened in place of one that was lost.
    func reconnected(_ purpose: String) {
        metrics.count(.reconnects, [("connection", purpose)])
    }

    /// A look for work has taken so long.
    func claimed(in time: Duration, found: Bool) {
        metrics.claimed(in: time, found: found)
    }

    func begin(_ row: JobRow, claimedAt instant: ContinuousClock.Instant) {
        let job = JobInHand(row, claimedAt: instant)
        state.withLock { $0.job = job }
        metrics.begin(job)
    }

    func report(step: Int, of stepCount: Int) {
        let taken = state.withLock { state -> (job: JobInHand, seconds: Double)? in
            guard let seconds = state.job?.report(step: step, of: stepCount), let job = state.job
            else { return nil }
            return (job, seconds)
        }
        if let taken { metrics.step(of: taken.job, took: taken.seconds) }
    }

    /// The attempt in hand has ended; `base` is kept for the next one.
    func end(_ outcome: AttemptOutcome, base: String?) {
        let job = state.withLock { state in
            state.outcomes[outcome, default: 0] += 1
            state.base = base
            defer { state.job = nil }
            return state.job
        }
        if let job { metrics.end(job, outcome, after: .now - job.claimedAt) }
    }

    /// Whether the disk has room for another job.
    func hasRoom(_ hasRoom: Bool) {
        state.withLock { $0.hasRoom = hasRoom }
    }

    /// The database has this version of the schema, and these jobs.
    func saw(schemaVersion: Int?, depths: [KindDepth]) {
        state.withLock {
            $0.schemaVersion = schemaVersion
            $0.depths = depths
            $0.depthsAt = .now
        }
        metrics.queue(depths)
    }
}
