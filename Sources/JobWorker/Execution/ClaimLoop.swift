internal import Foundation
internal import JobQueue
internal import Logging
internal import Postgres
internal import Requests

/// What the compute thread does all day: claim a job, carry it out, claim the next.
struct ClaimLoop {
    let worker: ComputeSurroundings
    /// Whether to end when nothing is left to run.
    let drains: Bool

    /// How often a worker without work looks for files that nobody needs.
    private static let sweepInterval = Duration.seconds(600)

    /// Runs jobs until there is a reason to stop.
    func run() -> WorkerEnd {
        let backoff = Backoff(initial: .milliseconds(200), maximum: .seconds(5))
        let executor = JobExecutor(worker: worker)
        let sweeper = Sweeper(
            outputRoot: worker.configuration.outputRoot,
            workRoot: worker.configuration.workRoot,
            store: worker.store,
            logger: worker.logger
        )
        var nextSweep = ContinuousClock.now
        var failures = 0
        var jobCount = 0
        while worker.monitor.isClaiming {
            do throws(QueueError) {
                let seen = worker.monitor.workNotices
                if hasRoom(), let job = try claim() {
                    failures = 0
                    let outcome = executor.execute(job)
                    worker.monitor.end()
                    worker.vitals.end(outcome, base: worker.bases.name)
                    jobCount += 1
                    if isSpent(after: jobCount) { return .recycled }
                    continue
                }
                failures = 0
                // Nobody waits for a worker without work.
                if ContinuousClock.now >= nextSweep {
                    nextSweep = .now + Self.sweepInterval
                    try sweeper.sweep()
                    sweepExchange()
                }
                if drains, try isDrained() { return .drained }
                worker.monitor.becomeIdle()
                worker.monitor.waitForWork(
                    after: seen,
                    until: .now + worker.configuration.poll.jittered()
                )
            } catch {
                if case .notPermitted = error { return .failed("\(error)") }
                if case .notMigrated = error { return .failed("\(error)") }
                if case .unknownWorker = error { worker.identity.forget() }
                if failures == 0 {
                    worker.logger.warning("cannot claim", metadata: ["error": "\(error)"])
                }
                worker.monitor.waitForStop(until: .now + backoff.pause(attempt: failures))
                failures += 1
            }
        }
        return worker.monitor.isStopping ? .stopped : .drained
    }

    private func claim() throws(QueueError) -> JobRow? {
        let worker = worker
        let id = try worker.identity.register(worker.store)
        let instant = ContinuousClock.now
        let rows = try worker.store.claim(
            worker: id,
            kinds: worker.configuration.claimedKinds(of: worker.handlers.kinds),
            leaseDuration: worker.configuration.lease,
            holding: [],
            base: worker.bases.name
        )
        worker.vitals.claimed(in: .now - instant, found: !rows.isEmpty)
        guard let row = rows.first else { return nil }
        worker.vitals.begin(row, claimedAt: instant)
        worker.monitor.begin(row.lease, claimedAt: instant, step: row.resume?.step ?? 0)
        worker.logger.info(
            "claimed",
            metadata: [
                "job": "\(row.lease.jobID)", "kind": "\(row.kind)", "attempt": "\(row.attempt)",
                "token": "\(row.lease.token)",
            ]
        )
        return row
    }

    /// Whether a fresh process should go on: after so many jobs, or with so much memory left behind.
    private func isSpent(after jobCount: Int) -> Bool {
        let (jobs, bytes) = (
            worker.configuration.maximumJobs, worker.configuration.maximumResident
        )
        if jobs > 0, jobCount >= jobs { return true }
        guard bytes > 0, let resident = ProcessMemory.current?.resident, resident > bytes else {
            return false
        }
        worker.logger.notice(
            "more memory is resident than the process may keep",
            metadata: ["resident": "\(resident)", "allowed": "\(bytes)"]
        )
        return true
    }

    private func sweepExchange() {
        do {
            try worker.exchange(for: nil)?.removeUnneeded()
        } catch {
            worker.logger.warning("unneeded files stay", metadata: ["error": "\(error)"])
        }
    }

    private func isDrained() throws(QueueError) -> Bool {
        try worker.store.tick()
        return try worker.store.isDrained(worker: try worker.identity.register(worker.store))
    }

    /// Whether the disk has room for what a job may write; without it nothing is claimed.
    private func hasRoom() -> Bool {
        let needed = worker.configuration.minimumFreeDisk
        guard needed > 0,
            let free = try? DurableFiles.freeBytes(at: worker.configuration.outputRoot)
        else { return true }
        worker.vitals.hasRoom(free >= needed)
        if free < needed {
            worker.logger.error(
                "the disk is nearly full; nothing is claimed",
                metadata: ["free": "\(free)", "needed": "\(needed)"]
            )
        }
        return free >= needed
    }
}
