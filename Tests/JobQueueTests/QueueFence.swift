/// What keeps participants of the queue out of each other's way; `QueueModel` can do without any of them, to
/// show that its checks notice.
enum QueueFence: CaseIterable, Sendable {
    /// A job's end is taken under its newest token only.
    case endNeedsToken
    /// An ended job stays as it ended.
    case endIsFinal
    /// A lost attempt may still succeed, but nothing else.
    case lostMayOnlySucceed
    /// The same end, sent again, is told from a new one.
    case endIsIdempotent
    /// A beat renews the lease of its own token only.
    case beatNeedsToken
    /// A checkpoint is taken under the newest token of a running job only.
    case checkpointNeedsToken
    /// A claim chooses and takes a job under one lock.
    case claimIsAtomic
    /// Housekeeping chooses and takes back a job under one lock.
    case rescueIsAtomic
    /// Enqueueing locks the jobs that are needed before it looks at them.
    case enqueueLocksParents
    /// An edge between jobs pays once.
    case edgePaysOnce
    /// The end of a job is told to those that need it.
    case childrenAreTold
    /// What is revived with one of the jobs that it needs is asked for the others.
    case reviveAsksParents
    /// Of the jobs with one key one runs.
    case keyIsExclusive
    /// A retry starts the counters again, not the tokens.
    case retryKeepsSequence
    /// A promoted standby moves the fence ahead.
    case failOverMovesFence
    /// Only a lease that has run out is taken away.
    case rescueNeedsExpiry
    /// Crashes are forgiven by new progress only.
    case progressForgives
    /// A job is passed by others on a worker's base a few times only.
    case overtakingIsBounded
    /// Claims of a kind with slots come one after another.
    case slotsAreLocked

    /// Those without which one call after the other is answered otherwise. The rest keeps calls of the same moment
    /// apart, or is about a server that takes over.
    static let inSequence = allCases.filter {
        ![
            .claimIsAtomic, .rescueIsAtomic, .enqueueLocksParents, .slotsAreLocked,
            .failOverMovesFence,
        ].contains($0)
    }
}
