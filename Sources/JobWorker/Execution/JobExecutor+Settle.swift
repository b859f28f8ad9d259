internal import Foundation
internal import JobQueue
internal import Logging
internal import Postgres
internal import Requests

extension JobExecutor {
    /// Brings the end of an attempt to the database, however long that is away: until it is confirmed, or
    /// until the job turns out to belong to somebody else. Where the database answers, but somebody's transaction
    /// keeps the job locked for longer than a lease, the end is left to housekeeping. Returns how the attempt has ended.
    func settle(_ run: JobRun, _ end: AttemptEnd) -> AttemptOutcome {
        var logger = worker.logger
        logger[metadataKey: "job"] = "\(run.row.lease.jobID)"
        if case .failed(let failure) = end {
            worker.telemetry.add(line: failure.text, level: .error, of: run.row.lease)
        }
        worker.telemetry.flush(until: .now + .seconds(5))
        recordLastCheckpoint(run, logger)
        reportLastStep(logger)
        let backoff = Backoff(initial: .milliseconds(200), maximum: .seconds(5))
        let patience = ContinuousClock.now + worker.configuration.lease
        var end = end
        var attempt = 0
        while true {
            do throws(QueueError) {
                let settlement = try worker.store.settle(run.row.lease, end)
                report(end, settlement, logger)
                cleanUp(run, end)
                return end.outcome
            } catch {
                switch error {
                case .unreachable:
                    if attempt == 0 {
                        logger.warning("the end of the job waits", metadata: ["error": "\(error)"])
                    }
                    // A lost job has nothing to tell but a success, which may still be welcome.
                    if worker.monitor.isLost, !end.isSuccess { return .lost }
                    if ContinuousClock.now > patience, leave(run, end, logger) {
                        cleanUp(run, end)
                        return end.outcome
                    }
                    Thread.sleep(forTimeInterval: backoff.pause(attempt: attempt) / .seconds(1))
                    attempt += 1
                case .staleLease:
                    logger.warning("the job belongs to another worker; nothing of it is published")
                    run.context?.workspace.discardOutputs()
                    return .lost
                default:
                    logger.error("the end of the job is refused", metadata: ["error": "\(error)"])
                    if case .failed = end { return .lost }
                    run.context?.workspace.discardOutputs()
                    let text = "expected the queue to take the job's end, found a refusal: \(error)"
                    end = .failed(JobFailure(.bug, stage: "settle", text: text))
                }
            }
        }
    }

    /// Leaves the end to housekeeping. Returns whether the database has taken it.
    private func leave(_ run: JobRun, _ end: AttemptEnd, _ logger: Logger) -> Bool {
        do throws(QueueError) {
            try worker.store.leave(run.row.lease, end)
        } catch {
            logger.debug("the end cannot be left either", metadata: ["error": "\(error)"])
            return false
        }
        logger.warning(
            "somebody's transaction keeps the job locked; its end waits in the database, and the worker goes on"
        )
        return true
    }

    /// A checkpoint that still waits for its row has to have it before the job goes back; a job that somebody keeps
    /// locked for longer than a lease goes back without.
    private func recordLastCheckpoint(_ run: JobRun, _ logger: Logger) {
        guard let context = run.context else { return }
        let backoff = Backoff(initial: .milliseconds(200), maximum: .seconds(5))
        var attempt = 0
        let patience = ContinuousClock.now + worker.configuration.lease
        while context.unrecorded != nil, !worker.monitor.isLost {
            do throws(QueueError) {
                try context.recordCheckpoint()
            } catch {
                logger.warning("a checkpoint was refused", metadata: ["error": "\(error)"])
                return
            }
            guard context.unrecorded != nil else { return }
            // A database that takes a beat is there: it is the job that somebody keeps locked.
            if ContinuousClock.now > patience, reportLastStep(logger) { return }
            Thread.sleep(forTimeInterval: backoff.pause(attempt: attempt) / .seconds(1))
            attempt += 1
        }
    }

    /// The attempt's last step, which the regular beats may not have told yet. Returns whether the database has taken it.
    @discardableResult
    private func reportLastStep(_ logger: Logger) -> Bool {
        guard let id = worker.identity.registered else { return false }
        do throws(QueueError) {
            _ = try worker.store.beat(
                worker: id,
                isIdle: false,
                reports: worker.monitor.report.jobs,
                leaseDuration: worker.configuration.lease
            )
            return true
        } catch {
            logger.debug("the last step is not told", metadata: ["error": "\(error)"])
            return false
        }
    }

    private func report(_ end: AttemptEnd, _ settlement: Settlement, _ logger: Logger) {
        var metadata: Logger.Metadata = [:]
        if case .state(let state) = settlement { metadata["state"] = "\(state)" }
        if case .failed(let failure) = end {
            metadata["class"] = "\(failure.failureClass)"
            metadata["stage"] = "\(failure.stage)"
            metadata["error"] = "\(failure.text)"
            logger.error("the job failed", metadata: metadata)
        } else {
            logger.info("the job \(end.words)", metadata: metadata)
        }
    }

    private func cleanUp(_ run: JobRun, _ end: AttemptEnd) {
        guard let workspace = run.context?.workspace else { return }
        if end.isSuccess {
            workspace.discardEverythingUnfinished()
        } else {
            workspace.discardOutputs()
            workspace.removeIfEmpty()
        }
        do {
            try worker.exchange(for: nil)?.removeUnneeded()
        } catch {
            worker.logger.debug("unneeded files stay", metadata: ["error": "\(error)"])
        }
    }
}

extension AttemptEnd {
    /// Whether the outputs count.
    fileprivate var isSuccess: Bool {
        if case .succeeded = self { true } else { false }
    }

    /// As the table of attempts has it.
    fileprivate var outcome: AttemptOutcome {
        switch self {
        case .succeeded: .succeeded
        case .failed: .failed
        case .cancelled: .cancelled
        case .yielded: .yielded
        }
    }

    /// What happened, after “the job”.
    fileprivate var words: String {
        switch self {
        case .succeeded: "succeeded"
        case .failed: "failed"
        case .cancelled: "was cancelled"
        case .yielded: "was given back"
        }
    }
}
