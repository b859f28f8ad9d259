import JobQueue

/// The queue as a pure state machine: what the functions of `migrations` do to the rows that decide, one call
/// after the other. `ModelReplayTests` holds it against them.
///
/// Where a fence is removed, calls that take two looks in its absence are two operations: the second happens
/// when the same participant comes next.
struct QueueModel {
    /// One row of `contrast.dep`.
    struct Edge {
        let child: Int
        let parent: Int
        let runsAnyway: Bool
        var isSettled = false
    }

    /// One row of `contrast.attempt`.
    struct Attempt {
        let job: Int
        let token: Int
        let worker: Int
        var outcome: AttemptOutcome?
    }

    /// One row of `contrast.lease`.
    struct Lease {
        let job: Int
        let token: Int
        let worker: Int
        var isExpired = false
        var standsStill = false
    }

    static let maxCrashes = 3
    static let maxOvertakes = 1

    var jobs: [ModelJob] = []
    var edges: [Edge] = []
    var attempts: [Attempt] = []
    var leases: [Lease] = []
    var lastToken = 0
    /// Every token that was ever handed out, whatever the queue remembers.
    var issued: [Int] = []
    /// The first broken rule, as a sentence.
    var violation: String?
    let removed: QueueFence?
    /// How many jobs may run at once, of everybody and of each owner; nil is as many as there are.
    var slots: Int?
    var ownerSlots: Int?

    /// What a claim without its lock has chosen, by worker; 0 is nothing.
    var chosen = [0, 0, 0]
    /// What housekeeping without its lock is about to take back.
    var condemned = 0
    /// What enqueueing without its locks has seen.
    var seen: (operation: QueueOperation, left: [Int])?

    init(without removed: QueueFence? = nil) { self.removed = removed }

    /// Forgets everything, and keeps the memory.
    mutating func reset() {
        jobs.removeAll(keepingCapacity: true)
        edges.removeAll(keepingCapacity: true)
        attempts.removeAll(keepingCapacity: true)
        leases.removeAll(keepingCapacity: true)
        issued.removeAll(keepingCapacity: true)
        lastToken = 0
        violation = nil
        slots = nil
        ownerSlots = nil
        chosen = [0, 0, 0]
        condemned = 0
        seen = nil
    }

    /// Whether everything has ended.
    var isDone: Bool { jobs.allSatisfy(\.state.isFinal) }

    /// Does what an operation says; the answer is what SQL would answer.
    mutating func apply(_ operation: QueueOperation) -> ModelAnswer {
        switch operation {
        case .enqueue: enqueue(operation)
        case .claim(let worker, let base): claim(worker, base)
        case .beat(let worker, let job, let token): beat(worker, job, token)
        case .checkpoint(let job, let token, let step): checkpoint(job, token, step)
        case .finish(let job, let token, let end): finish(job, token, end)
        case .cancel(let job): cancel(job)
        case .retry(let job): retry(job)
        case .hold(let job): hold(job, true)
        case .release(let job): hold(job, false)
        case .tick: tick()
        case .expire(let job): change(job) { $0.isExpired = true }
        case .standStill(let job): change(job) { $0.standsStill = true }
        case .endPauses: endPauses()
        case .slots(let count, let perOwner): setSlots(count, perOwner)
        case .failOver: failOver()
        }
    }

    func has(_ fence: QueueFence) -> Bool { removed != fence }

    mutating func blame(_ sentence: String) {
        if violation == nil { violation = sentence }
    }

    mutating func change(_ job: Int, _ body: (inout Lease) -> Void) -> ModelAnswer {
        for index in leases.indices where leases[index].job == job { body(&leases[index]) }
        return .done
    }

    mutating func setSlots(_ count: Int, _ perOwner: Bool) -> ModelAnswer {
        let limit = count == 0 ? nil : count
        if perOwner { ownerSlots = limit } else { slots = limit }
        return .done
    }

    /// Whether one more job may run. All are one owner's.
    var hasSlot: Bool {
        jobs.count { $0.state == .running } < min(slots ?? .max, ownerSlots ?? .max)
    }

    mutating func endPauses() -> ModelAnswer {
        for index in jobs.indices where !jobs[index].state.isFinal { jobs[index].isPaused = false }
        return .done
    }
}

extension QueueOperation.End {
    /// As the attempt's row has it.
    var outcome: AttemptOutcome {
        switch self {
        case .succeeded: .succeeded
        case .permanent, .transient, .bug: .failed
        case .yielded: .yielded
        case .cancelled: .cancelled
        }
    }
}
