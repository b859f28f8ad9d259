/// Why a pipeline stops before its work is done; thrown when it has.
package enum PipelineInterruption: Error, Sendable, Equatable {
    /// The job was cancelled: its work is not wanted any more.
    case cancelled
    /// The worker needs the job back: what is checkpointed goes on later, here or elsewhere.
    case yielded
}
