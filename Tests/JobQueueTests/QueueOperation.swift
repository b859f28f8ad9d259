/// One call of the queue, or one turn of the world around it, in a history of `QueueModel`.
///
/// Jobs are numbered from 1 in the order in which they are enqueued, tokens from 1 in the order in which they
/// are handed out, workers from 0.
enum QueueOperation: Hashable, Sendable {
    /// `parents` has bit n for job n + 1; bases count from 1.
    case enqueue(parents: UInt8, runsAnyway: Bool, hasKey: Bool, maxFailures: Int, base: Int)
    /// `base` is the one that the worker has in memory; 0 is none.
    case claim(worker: Int, base: Int)
    case beat(worker: Int, job: Int, token: Int)
    case checkpoint(job: Int, token: Int, step: Int)
    case finish(job: Int, token: Int, End)
    case cancel(job: Int)
    case retry(job: Int)
    case hold(job: Int)
    case release(job: Int)
    case tick
    /// The lease of a job runs out.
    case expire(job: Int)
    /// A running job makes no step for longer than it may.
    case standStill(job: Int)
    /// The pauses before further attempts are over.
    case endPauses
    /// An administrator says how many jobs run at once, of everybody or of each owner; 0 is any number.
    case slots(count: Int, perOwner: Bool)
    /// A standby takes over that knows nothing of the last token.
    case failOver

    /// How an attempt ends.
    enum End: Int, CaseIterable, Sendable {
        case succeeded
        case permanent
        case transient
        case bug
        case yielded
        case cancelled

        var isFailure: Bool { self == .permanent || self == .transient || self == .bug }
    }
}

extension QueueOperation: CustomStringConvertible {
    /// As `QueuePlayer` reads it.
    var description: String {
        switch self {
        case .enqueue(let parents, let runsAnyway, let hasKey, let maxFailures, let base):
            """
            enqueue \(parents) \(runsAnyway ? "run" : "cancel") \(hasKey ? 1 : 0) \(maxFailures) \(base)
            """
        case .claim(let worker, let base): "claim \(worker) \(base)"
        case .beat(let worker, let job, let token): "beat \(worker) \(job) \(token)"
        case .checkpoint(let job, let token, let step): "checkpoint \(job) \(token) \(step)"
        case .finish(let job, let token, let end): "finish \(job) \(token) \(end)"
        case .cancel(let job): "cancel \(job)"
        case .retry(let job): "retry \(job)"
        case .hold(let job): "hold \(job)"
        case .release(let job): "release \(job)"
        case .tick: "tick"
        case .expire(let job): "expire \(job)"
        case .standStill(let job): "stand_still \(job)"
        case .endPauses: "end_pauses"
        case .slots(let count, let perOwner): "slots \(count) \(perOwner ? 1 : 0)"
        case .failOver: "fail_over"
        }
    }
}
