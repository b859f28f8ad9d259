internal import JobQueue

/// What compute thread, lease keeper and signals know together: the job in hand, whether it is still ours,
/// and what is wanted of the worker.
///
/// The compute thread asks, the lease keeper answers; neither ever waits for the other's database.
final class LeaseMonitor: Sendable {
    /// The job in hand.
    struct Held: Sendable {
        let lease: Lease
        var step: Int
        var stepCount: Int?
        var note: String?
        /// When the last beat that the database answered was sent, or the claim was.
        var confirmedAt: ContinuousClock.Instant
        var isLost = false
        var isCancelRequested = false
        var isYieldRequested = false
        /// When the queue first said that the job stands still, and its step then.
        var stall: (since: ContinuousClock.Instant, step: Int)?
    }

    private struct State: Sendable {
        var held: Held?
        var desired = WorkerDirective.run
        var isStopping = false
        /// Whether nothing in hand may be finished first.
        var isHurried = false
        /// Since when the job in hand should be given back.
        var yieldingSince: ContinuousClock.Instant?
        /// Counts notices of work, so that none is missed between a look and the wait after it.
        var workNotices = 0
        /// Whether the last look for work found none: only then does the queue send notices.
        var isIdle = false
        /// The progress that was last worth a beat of its own, and when that was.
        var reportedPercent = 0
        var reportedAt = ContinuousClock.now
        /// Whether something has changed that the queue should hear before the next regular beat.
        var wantsBeat = false

        /// Whether the job in hand should be given back.
        var isYielding: Bool {
            isStopping || desired == .stop || (held?.isYieldRequested ?? false)
        }

        /// Notes since when the job should be given back, after a change.
        mutating func noteYielding() {
            yieldingSince = isYielding ? yieldingSince ?? .now : nil
        }
    }

    private let state: Monitor<State>
    private let leaseDuration: Duration
    /// Time from the first wish for the job in hand to the moment when it should be back.
    private let grace: Duration
    /// Wakes the lease keeper for a beat.
    private let wakeKeeper: @Sendable () -> Void

    init(
        leaseDuration: Duration,
        grace: Duration,
        wakeKeeper: @escaping @Sendable () -> Void
    ) {
        state = Monitor(State())
        self.leaseDuration = leaseDuration
        self.grace = grace
        self.wakeKeeper = wakeKeeper
    }

    /// How long before the lease runs out nothing is published any more: clocks of two machines differ,
    /// and a thread may be stopped between a look and a write.
    private var margin: Duration { min(.seconds(15), leaseDuration / 4) }
}

// MARK: - The compute thread's side

extension LeaseMonitor {
    /// A claim sent at `instant` has given the worker a job.
    func begin(_ lease: Lease, claimedAt instant: ContinuousClock.Instant, step: Int) {
        state.withLock {
            $0.held = Held(lease: lease, step: step, confirmedAt: instant)
            $0.wantsBeat = $0.isIdle
            $0.isIdle = false
            $0.noteYielding()
        }
        wakeKeeper()
    }

    /// The job in hand is settled.
    func end() {
        state.withLock { $0.held = nil }
    }

    /// Notes the progress that the next beat reports.
    func report(step: Int, of stepCount: Int) {
        let isNews = state.withLock { state in
            guard var held = state.held else { return false }
            held.step = step
            held.stepCount = stepCount
            state.held = held
            // Whoever watches sees every percent, but not more often than every two seconds.
            let percent = stepCount > 0 ? step * 100 / stepCount : 0
            let isNews =
                percent != state.reportedPercent && state.reportedAt + .seconds(2) < .now
            guard isNews else { return false }
            state.reportedPercent = percent
            state.reportedAt = .now
            state.wantsBeat = true
            return true
        }
        if isNews { wakeKeeper() }
    }

    /// Whether somebody wants the job to end; a lost job is not wanted here any more.
    var isCancelled: Bool {
        state.withLock { ($0.held?.isCancelRequested ?? false) || ($0.held?.isLost ?? false) }
    }

    /// Whether the job should be given back.
    var isYielding: Bool { state.withLock { $0.isYielding } }

    /// How long a job that should be given back may go on to a better place to stop. Some of the grace period
    /// is kept for its checkpoint.
    var patience: Duration {
        let limit = grace - min(.seconds(15), grace / 2)
        return state.withLock { state in
            guard !state.isHurried, let since = state.yieldingSince else { return .zero }
            return max(.zero, limit - since.duration(to: .now))
        }
    }

    /// Whether the job belongs to somebody else now.
    var isLost: Bool { state.withLock { $0.held?.isLost ?? false } }

    /// Waits until a beat has confirmed the lease recently enough to publish something; false when the
    /// lease is lost, or nobody has answered until the deadline.
    func waitUntilConfirmed(until deadline: ContinuousClock.Instant) -> Bool {
        let (lease, margin) = (leaseDuration, margin)
        return state.wait(until: deadline) { state in
            guard let held = state.held, !held.isLost else { return false }
            return ContinuousClock.now < held.confirmedAt + lease - margin ? true : nil
        } ?? false
    }

    /// Whether the worker should claim another job.
    var isClaiming: Bool { state.withLock { !$0.isStopping && $0.desired == .run } }

    /// What an administrator wants of the worker.
    var desired: WorkerDirective { state.withLock { $0.desired } }

    /// Whether the process was asked to stop.
    var isStopping: Bool { state.withLock { $0.isStopping } }

    /// A look for work found none.
    func becomeIdle() {
        let changes = state.withLock {
            let changes = !$0.isIdle
            $0.isIdle = true
            $0.wantsBeat = $0.wantsBeat || changes
            return changes
        }
        if changes { wakeKeeper() }
    }

    /// How often work has been announced so far.
    var workNotices: Int { state.withLock { $0.workNotices } }

    /// Waits for an announcement after the first `seen`, for the end of claiming, or for the deadline.
    func waitForWork(after seen: Int, until deadline: ContinuousClock.Instant) {
        _ = state.wait(until: deadline) { state in
            state.workNotices > seen || state.isStopping || state.desired != .run ? true : nil
        }
    }
}

extension LeaseMonitor {
    /// Waits for the end of claiming, or for the deadline.
    func waitForStop(until deadline: ContinuousClock.Instant) {
        _ = state.wait(until: deadline) { $0.isStopping || $0.desired != .run ? true : nil }
    }
}

// MARK: - The lease keeper's side

extension LeaseMonitor {
    /// What the next beat says: whether the worker is idle, and how its job is doing.
    var report: (isIdle: Bool, jobs: [BeatReport]) {
        state.withLock {
            guard let held = $0.held, !held.isLost else { return ($0.isIdle, []) }
            let report = BeatReport(
                lease: held.lease,
                step: held.step,
                stepCount: held.stepCount,
                note: held.note
            )
            return (false, [report])
        }
    }

    /// Takes in the answer to a beat that was sent at `instant`.
    func apply(_ reply: BeatReply, sentAt instant: ContinuousClock.Instant) {
        state.withLock {
            $0.desired = reply.desired
            for status in reply.leases where status.lease == $0.held?.lease {
                if status.isHeld {
                    $0.held?.confirmedAt = instant
                } else {
                    $0.held?.isLost = true
                }
                if status.isCancelRequested { $0.held?.isCancelRequested = true }
                if status.isYieldRequested { $0.held?.isYieldRequested = true }
                if status.isStalled, let step = $0.held?.step, step != $0.held?.stall?.step {
                    $0.held?.stall = (instant, step)
                }
            }
            $0.noteYielding()
        }
    }

    /// Whether the job in hand has been known to stand still for longer than `patience`, and has not made a step
    /// since: it will not hear that it should give itself back.
    func isHung(for patience: Duration) -> Bool {
        state.withLock {
            guard let held = $0.held, let stall = held.stall else { return false }
            return held.step == stall.step && ContinuousClock.now > stall.since + patience
        }
    }

    /// Whether a beat is wanted now; asking takes the wish away.
    func takeWishForBeat() -> Bool {
        state.withLock { state in
            defer { state.wantsBeat = false }
            return state.wantsBeat
        }
    }

    /// The queue has forgotten the worker: whatever it held belongs to others.
    func loseEverything() {
        state.withLock { $0.held?.isLost = true }
    }

    /// There may be work.
    func announceWork() {
        state.withLock { $0.workNotices += 1 }
    }

    /// The process was asked to stop: no more claims, and the job in hand is given back.
    func stop() {
        state.withLock {
            $0.isStopping = true
            $0.noteYielding()
        }
        wakeKeeper()
    }

    /// The process was asked once more: the job in hand is given back at its next step.
    func hurry() {
        state.withLock { $0.isHurried = true }
    }
}
