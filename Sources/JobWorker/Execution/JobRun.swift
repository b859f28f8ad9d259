internal import JobQueue
internal import Requests

/// One attempt at one job on its way through the executor's steps.
struct JobRun {
    let row: JobRow
    /// The step that is being taken: the stage of a failure.
    var stage = "decode request"
    var request: JobRequest?
    var handler: (any JobHandler)?
    var context: JobContext?

    init(_ row: JobRow) { self.row = row }
}
