internal import JobQueue
internal import Logging

/// Looks every few seconds how the queue is, for the endpoints, which do not ask the database themselves.
struct QueueWatch: Sendable {
    private static let interval = Duration.seconds(10)

    let vitals: WorkerVitals
    let logger: Logger
    private let nextLook = Monitor(ContinuousClock.now)
    /// Whether the database lets this worker count jobs.
    private let mayCount = Monitor(true)

    init(_ vitals: WorkerVitals, logger: Logger) {
        self.vitals = vitals
        self.logger = logger
    }

    /// Looks, if it is time.
    func look(_ store: PostgresJobStore) throws(QueueError) {
        let isTime = nextLook.withLock { next in
            guard next <= .now else { return false }
            next = .now + Self.interval
            return true
        }
        guard isTime else { return }
        let version = try store.schemaVersion()
        var depths: [KindDepth]?
        if mayCount.withLock({ $0 }) {
            do throws(QueueError) {
                depths = try store.depths()
            } catch {
                guard case .notPermitted = error else { throw error }
                mayCount.withLock { $0 = false }
                logger.notice(
                    "the worker may not count the queue's jobs; grant its role contrast_read to see them in metrics"
                )
            }
        }
        vitals.saw(schemaVersion: version, depths: depths)
    }
}
