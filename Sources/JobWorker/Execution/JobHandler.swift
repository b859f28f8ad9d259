package import Requests

/// Carries out one kind of job. It is called on the compute thread and may take days.
///
/// Returning means success: the outputs added to `context` are published. A thrown `PipelineInterruption`
/// ends the attempt as cancelled or given back; every other error is a failure, classified by
/// `FailureClassifier` unless it is a `JobFailure` already.
package protocol JobHandler: Sendable {
    /// The kind of job it carries out.
    var kind: JobKind { get }

    /// Does the work of `request`.
    func run(_ request: JobRequest, in context: JobContext) throws
}
