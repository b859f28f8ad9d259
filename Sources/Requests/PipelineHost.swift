package import Foundation

/// What a pipeline tells whoever runs it, and asks of them.
///
/// Pipelines see no queue and no database: the worker implements this with its lease, telemetry and
/// checkpoint rows, tests with arrays. Calls come from the thread that computes and must return at once,
/// except `saveCheckpoint`.
package protocol PipelineHost: AnyObject {
    /// Reports that `step` of `steps` steps are done.
    func report(step: Int, of steps: Int)

    /// Reports one point of a curve, such as `loss/total` at a step.
    func report(metric name: String, value: Double, step: Int)

    /// Writes a line to the job's log.
    func log(_ message: String)

    /// Adds a sentence to the job's warnings, for something the user should know though the job succeeds.
    func warn(_ message: String)

    /// Why the pipeline should stop at the next step boundary; `nil` to go on.
    var interruption: PipelineInterruption? { get }

    /// How long the pipeline may still take to come to a better place to stop, such as the end of a picture,
    /// when it should give its job back; zero to stop at the next step boundary.
    var patience: Duration { get }

    /// The newest good checkpoint of an earlier attempt, its content already verified.
    var resumePoint: ResumePoint? { get }

    /// Makes what `body` writes into an empty folder the job's newest checkpoint, durable and complete.
    func saveCheckpoint(step: Int, writing body: (_ folder: URL) throws -> Void) throws

    /// Makes the file that `body` writes an output of the job, published when the job succeeds.
    func addOutput(_ output: PipelineOutput, writing body: (_ file: URL) throws -> Void) throws

    /// The file of an output that was added under this path, now or before the resume point; `nil` where
    /// there is none.
    func outputFile(_ path: String) -> URL?
}

extension PipelineHost {
    /// Throws the interruption if there is one: for pipelines that have nothing to save.
    package func throwIfInterrupted() throws {
        if let interruption { throw interruption }
    }
}
