internal import ArgumentParser
internal import JobQueue

/// Queue failed or cancelled jobs again, with their checkpoints.
struct RetryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Queue failed or cancelled jobs again, with their checkpoints.",
        discussion: "The jobs that were cancelled because of them come back too."
    )

    @OptionGroup var jobs: SteeringOptions

    func run() throws {
        try jobs.each { queue, id throws(QueueError) in try queue.retry(id) }
    }
}
