internal import JobQueue
internal import Logging
internal import Postgres

/// Keeps the worker's lease alive, on a thread and a connection of its own, so that no computation and no
/// slow statement can delay a beat. The same connection listens for work and does the queue's housekeeping.
struct LeaseKeeper: Sendable {
    let identity: WorkerIdentity
    let monitor: LeaseMonitor
    let vitals: WorkerVitals
    let settings: PostgresConnectionSettings
    let configuration: WorkerConfiguration
    let wake: WakeSignal
    let isFinished: Monitor<Bool>
    /// Beats that others ask for are at least so far apart: anybody may notify a channel.
    private static let leastPause = Duration.seconds(1)
    /// What the last beat said.
    private let wasIdle = Monitor(false)
    let logger: Logger

    /// Beats until the worker is finished.
    func run() {
        let store = PostgresJobStore(settings)
        store.onReconnect = { [vitals] in vitals.reconnected("lease") }
        let backoff = Backoff(initial: .milliseconds(100), maximum: .seconds(2))
        var isListening = false
        var nextBeat = ContinuousClock.now
        var nextTick = ContinuousClock.now + configuration.poll
        var attempt = 0
        var earliestBeat = ContinuousClock.now
        var hasChoreFailed = false
        while !isFinished.withLock({ $0 }) {
            vitals.keeperTurned()
            do throws(QueueError) {
                if !isListening {
                    try store.listenForWork()
                    isListening = true
                }
                if ContinuousClock.now >= nextBeat {
                    nextBeat = ContinuousClock.now + configuration.beat
                    earliestBeat = ContinuousClock.now + Self.leastPause
                    try beat(store)
                }
                if ContinuousClock.now >= nextTick {
                    nextTick = ContinuousClock.now + configuration.poll.jittered()
                    try store.tick()
                    hasChoreFailed = keepHouse(store, isKnown: hasChoreFailed)
                }
                if attempt > 0 { logger.notice("the database is back") }
                attempt = 0
                let pause = ContinuousClock.now.duration(to: min(nextBeat, nextTick))
                let notices = try store.waitForNotices(timeout: max(pause, .zero), wake: wake)
                if notices.contains(.control) { nextBeat = min(nextBeat, max(.now, earliestBeat)) }
                for case .work(_) in notices { monitor.announceWork() }
                if monitor.takeWishForBeat() { nextBeat = .now }
            } catch {
                vitals.keeperFailed()
                if case .unknownWorker = error {
                    monitor.loseEverything()
                    identity.forget()
                }
                if attempt == 0 {
                    logger.warning("the lease keeper cannot beat", metadata: ["error": "\(error)"])
                }
                nextBeat = .now
                pauseBeforeRetry(backoff.pause(attempt: attempt))
                attempt += 1
            }
        }
    }

    /// Does the chores, which may go wrong or take long without harm to beats and ticks. Returns whether they failed.
    private func keepHouse(_ store: PostgresJobStore, isKnown: Bool) -> Bool {
        do throws(QueueError) {
            try store.keepHouse()
            return false
        } catch {
            if !isKnown {
                logger.warning("housekeeping is put off", metadata: ["error": "\(error)"])
            }
            return true
        }
    }

    /// One beat: renews the lease, and brings what is wanted of job and worker.
    private func beat(_ store: PostgresJobStore) throws(QueueError) {
        guard let worker = identity.registered else { return }
        let instant = ContinuousClock.now
        let report = monitor.report
        let reply = try store.beat(
            worker: worker,
            isIdle: report.isIdle,
            reports: report.jobs,
            leaseDuration: configuration.lease
        )
        monitor.apply(reply, sentAt: instant)
        vitals.beatAnswered()
        // A thread cannot be ended, only its process; the lease and another worker see to the job.
        if monitor.isHung(for: configuration.grace) { SignalWaiter.announceHung() }
        // What was enqueued before the queue knew that somebody idles was not announced: look once more.
        if report.isIdle, !wasIdle.withLock({ $0 }) { monitor.announceWork() }
        wasIdle.withLock { $0 = report.isIdle }
    }

    private func pauseBeforeRetry(_ pause: Duration) {
        _ = isFinished.wait(until: .now + pause) { $0 ? true : nil }
    }
}
