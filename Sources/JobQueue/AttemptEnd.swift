/// How a worker ends an attempt.
package enum AttemptEnd: Sendable, Equatable {
    /// The outputs become visible in the same transaction.
    case succeeded([OutputRow])
    case failed(JobFailure)
    /// The owner asked for it.
    case cancelled
    /// The job goes back to the queue with its newest checkpoint.
    case yielded
}
