package import FoundationEssentials

/// A job that somebody wants done.
package struct JobOrder: Sendable, Equatable {
    /// What becomes of a job when one that it needs does not succeed.
    package enum AfterFailure: String, CaseIterable, Sendable {
        case cancel
        case run
    }

    package var kind: String
    /// The payload: the text of a JSON object.
    package var params: String
    /// −100…100, higher first.
    package var priority = 0
    /// Not before.
    package var runAt: Date?
    /// Jobs that must succeed first. A payload field `"job:ID"` adds its job.
    package var after: [Int] = []
    package var ifFailed = AfterFailure.cancel
    /// The same key with the same payload gives the first job's number; with another, an error.
    package var idempotencyKey: String?
    /// Of the owner's jobs with one key, one runs at a time.
    package var concurrencyKey: String?
    package var neededTags: [String] = []
    /// MiB.
    package var neededMemory = 0
    package var neededAcceleratorMemory = 0
    package var maxFailures = 3
    package var maxCrashes = 3
    /// Given back when its step has not risen for so long; nil is the kind's own limit.
    package var stallAfter: Duration?
    /// An attempt that runs longer is cancelled; nil never.
    package var maxRuntime: Duration?

    package init(kind: String, params: String) {
        self.kind = kind
        self.params = params
    }
}
