/// What became of a job when an attempt ended.
package enum Settlement: Sendable, Equatable {
    /// The state the job is in now.
    case state(JobState)
    /// This very end had been recorded before: the answer to it was lost on the way.
    case already
}
