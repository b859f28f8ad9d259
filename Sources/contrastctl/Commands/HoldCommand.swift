internal import ArgumentParser
internal import JobQueue

/// Keep jobs from running until they are released.
struct HoldCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold",
        abstract: "Keep jobs from running until they are released.",
        discussion: "A running job saves a checkpoint and is given back."
    )

    @OptionGroup var jobs: SteeringOptions

    func run() throws {
        try jobs.each { queue, id throws(QueueError) in try queue.hold(id) }
    }
}
