internal import ArgumentParser
internal import JobQueue

/// Cancel jobs and what depends on them.
struct CancelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Cancel jobs and what depends on them.",
        discussion: "A running job stops at its next step."
    )

    @OptionGroup var jobs: SteeringOptions

    func run() throws {
        try jobs.each { queue, id throws(QueueError) in try queue.cancel(id) }
    }
}
