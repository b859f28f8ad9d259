internal import JobQueue
internal import Synchronization

extension WorkerVitals {
    /// Why a supervisor should end this process and start another; empty where all is well.
    ///
    /// A database that is away is no reason: jobs go on without it.
    package var problems: [String] {
        let turnedAt = state.withLock { $0.keeperTurnedAt }
        var problems =
            turnedAt.flatMap { turnedAt in
                Self.standstill(since: turnedAt, at: .now, patience: keeperPatience).map { [$0] }
            } ?? []
        if monitor.isHung(for: configuration.grace) {
            problems.append("the job in hand stands still and hears nothing")
        }
        return problems
    }

    /// What is wrong with a lease keeper that went round last at an instant; nil where nothing is.
    package static func standstill(
        since turnedAt: ContinuousClock.Instant,
        at now: ContinuousClock.Instant,
        patience: Duration
    ) -> String? {
        let age = now - turnedAt
        guard age > patience else { return nil }
        return "the lease keeper has stood still for \(Int(age / .seconds(1))) s"
    }

    /// Why the worker takes no further job now; empty where it does.
    package var obstacles: [String] {
        let state = state.withLock { $0 }
        var obstacles = problems
        if let beatAt = state.beatAt {
            let age = .now - beatAt
            if age > configuration.lease {
                obstacles.append(
                    "the database has answered no beat for \(Int(age / .seconds(1))) s"
                )
            }
        } else {
            obstacles.append("the database has not answered a beat yet")
        }
        if let version = state.schemaVersion, version < QueueSchema.version {
            obstacles.append(
                "expected version \(QueueSchema.version) of the database's schema or newer, but it has "
                    + "version \(version); run contrastctl migrate"
            )
        }
        switch directive {
        case .run: break
        case .drain: obstacles.append("an administrator wants it to drain")
        case .stop: obstacles.append("it is stopping")
        }
        if !state.hasRoom { obstacles.append("the disk of the output root is nearly full") }
        return obstacles
    }

    /// What is wanted of the worker, by signals or by an administrator.
    var directive: WorkerDirective { monitor.isStopping ? .stop : monitor.desired }

    /// What it is doing, in a word: starting, idle, busy, draining or stopping.
    var word: String {
        switch directive {
        case .stop: "stopping"
        case .drain: "draining"
        case .run:
            state.withLock {
                $0.beatAt == nil ? "starting" : $0.job == nil ? "idle" : "busy"
            }
        }
    }

    /// One line for a supervisor's list.
    var line: String {
        guard let job = state.withLock({ $0.job }) else { return word }
        let steps = job.stepCount.map { ", step \(job.step) of \($0)" } ?? ""
        return "\(word): job \(job.lease.jobID) (\(job.kind))\(steps)"
    }
}
