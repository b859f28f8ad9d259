internal import JobQueue

/// Looks every few seconds how the queue is, for the endpoints, which do not ask the database themselves.
struct QueueWatch: Sendable {
    private static let interval = Duration.seconds(15)

    private let vitals: WorkerVitals
    private let nextLook = Monitor(ContinuousClock.now)

    init(_ vitals: WorkerVitals) { self.vitals = vitals }

    /// Looks, if it is time.
    func look(_ store: PostgresJobStore) throws(QueueError) {
        let isTime = nextLook.withLock { next in
            guard next <= .now else { return false }
            next = .now + Self.interval
            return true
        }
        guard isTime else { return }
        vitals.saw(schemaVersion: try store.schemaVersion(), depths: try store.totals())
    }
}
