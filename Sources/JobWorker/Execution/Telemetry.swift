internal import JobQueue
internal import Logging
internal import Postgres

/// Carries logs, curves and warnings of jobs to the database, in batches, on a thread and a connection of
/// its own. It never makes a job wait and never makes one fail.
final class Telemetry: Sendable {
    private struct State: Sendable {
        var buffers: [TelemetryBuffer] = []
        /// Counts batches of points, over all jobs. A batch whose answer was lost goes out again under the
        /// next number; points that are there twice are shown once.
        var batchCount = 0
        var isFinishing = false
        var wantsFlush = false
    }

    /// Jobs that may have something waiting.
    private static let maximumBuffers = 100

    private let state = Monitor(State())
    private let settings: PostgresConnectionSettings
    private let interval: Duration
    private let vitals: WorkerVitals
    private let logger: Logger

    init(
        _ settings: PostgresConnectionSettings,
        interval: Duration = .seconds(2),
        vitals: WorkerVitals,
        logger: Logger
    ) {
        self.settings = settings
        self.interval = interval
        self.vitals = vitals
        self.logger = logger
    }

    func add(line: String, level: Logger.Level, of lease: Lease) {
        change(lease) { $0.add(line: line, level: level.rawValue) }
    }

    func add(_ point: MetricPoint, of lease: Lease) {
        change(lease) { $0.add(point) }
    }

    func add(warning: String, of lease: Lease) {
        change(lease) { $0.add(warning: warning) }
    }

    /// Waits, not longer than until the deadline, for everything to be stored: before a job is settled, so
    /// that who waits for its end finds its last lines.
    func flush(until deadline: ContinuousClock.Instant) {
        state.withLock { $0.wantsFlush = true }
        _ = state.wait(until: deadline) { $0.buffers.allSatisfy(\.isEmpty) ? true : nil }
    }

    /// Ends the thread after one last try.
    func finish() {
        state.withLock { $0.isFinishing = true }
    }

    /// Stores what comes in until `finish`. The connection has time for `watch` as well.
    func run(watch: QueueWatch?) {
        let store = PostgresJobStore(settings)
        store.onReconnect = { [vitals] in vitals.reconnected("telemetry") }
        let backoff = Backoff(initial: .milliseconds(250), maximum: .seconds(5))
        var failures = 0
        while true {
            let pause = failures == 0 ? interval : backoff.pause(attempt: failures)
            let isFinishing = state.wait(until: .now + pause) { state -> Bool? in
                if state.isFinishing { return true }
                // A flush shortens the wait, but not the pause after a failure.
                guard state.wantsFlush, failures == 0 else { return nil }
                return false
            }
            state.withLock { $0.wantsFlush = false }
            do throws(QueueError) {
                try storeAll(store)
                if isFinishing != true { try watch?.look(store) }
                failures = 0
            } catch {
                if failures == 0 {
                    logger.warning("telemetry waits", metadata: ["error": "\(error)"])
                }
                failures += 1
            }
            if isFinishing == true { return }
        }
    }

    private func storeAll(_ store: PostgresJobStore) throws(QueueError) {
        let (buffers, batch) = state.withLock { state in
            state.batchCount += 1
            return (state.buffers, state.batchCount)
        }
        for buffer in buffers {
            do throws(QueueError) {
                for warning in buffer.warnings { try store.warn(warning, of: buffer.lease) }
                try store.append(buffer.lines, of: buffer.lease)
                try store.append(buffer.points, batch: batch, of: buffer.lease)
                remove(buffer)
            } catch {
                if case .unreachable = error { throw error }
                // What the database will not have now it will not have later either.
                logger.warning("telemetry was refused", metadata: ["error": "\(error)"])
                remove(buffer, isStored: false)
            }
        }
    }

    private func remove(_ sent: TelemetryBuffer, isStored: Bool = true) {
        state.withLock { state in
            guard let index = state.buffers.firstIndex(where: { $0.lease == sent.lease }) else {
                return
            }
            let (lines, points) = (sent.lines.count, sent.points.count)
            if isStored {
                state.buffers[index].remove(
                    lines: lines,
                    points: points,
                    warnings: sent.warnings.count
                )
            } else {
                state.buffers[index].drop(
                    lines: lines,
                    points: points,
                    warnings: sent.warnings.count
                )
            }
            let buffer = state.buffers[index]
            guard buffer.isEmpty, index < state.buffers.count - 1 else { return }
            if buffer.droppedCount > 0 {
                logger.warning(
                    "telemetry was dropped",
                    metadata: ["count": "\(buffer.droppedCount)"]
                )
            }
            state.buffers.remove(at: index)
        }
    }

    private func change(_ lease: Lease, _ body: (inout TelemetryBuffer) -> Void) {
        state.withLock { state in
            if let index = state.buffers.firstIndex(where: { $0.lease == lease }) {
                body(&state.buffers[index])
            } else {
                // While the database is away jobs come and go; the oldest ones' words go first.
                if state.buffers.count == Self.maximumBuffers { state.buffers.removeFirst() }
                var buffer = TelemetryBuffer(lease: lease)
                body(&buffer)
                state.buffers.append(buffer)
            }
        }
    }
}
