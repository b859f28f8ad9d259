import Postgres

/// What a worker says about one of its jobs with each beat.
package struct BeatReport: Sendable, Equatable {
    package let lease: Lease
    /// Steps done; the stall detector watches it rise.
    package let step: Int
    /// Steps in all, if that is known.
    package let stepCount: Int?
    /// What it is doing, a few words.
    package let note: String?

    package init(lease: Lease, step: Int, stepCount: Int? = nil, note: String? = nil) {
        self.lease = lease
        self.step = step
        self.stepCount = stepCount
        self.note = note
    }
}

/// What the queue answers to a beat.
package struct BeatReply: Sendable, Equatable {
    /// What the admin wants of the worker.
    package let desired: WorkerDirective
    /// One for each job of the beat.
    package let leases: [LeaseStatus]

    package init(desired: WorkerDirective, leases: [LeaseStatus]) {
        self.desired = desired
        self.leases = leases
    }
}

/// Whether a worker still has a job, and what is wanted of it.
package struct LeaseStatus: Sendable, Equatable {
    package let lease: Lease
    /// False: the job is somebody else's now; nothing may be published any more.
    package let isHeld: Bool
    package let isCancelRequested: Bool
    /// Save a checkpoint and give the job back.
    package let isYieldRequested: Bool
    /// Its step has not risen for longer than it may stand still.
    package let isStalled: Bool

    package init(
        lease: Lease,
        isHeld: Bool,
        isCancelRequested: Bool = false,
        isYieldRequested: Bool = false,
        isStalled: Bool = false
    ) {
        self.lease = lease
        self.isHeld = isHeld
        self.isCancelRequested = isCancelRequested
        self.isYieldRequested = isYieldRequested
        self.isStalled = isStalled
    }
}

/// What an admin wants of a worker.
package enum WorkerDirective: String, CaseIterable, Sendable {
    case run
    /// Finish what it has, claim nothing more.
    case drain
    /// Give back what it has, then leave.
    case stop
}

extension WorkerDirective: PostgresDecodable {
    package static var postgresDescription: String { "run, drain or stop" }

    package init?(postgresText: String) { self.init(rawValue: postgresText) }
}
