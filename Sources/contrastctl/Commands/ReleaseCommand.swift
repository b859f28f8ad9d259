internal import ArgumentParser
internal import JobQueue

/// Let held jobs run.
struct ReleaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Let held jobs run.",
        discussion: ""
    )

    @OptionGroup var jobs: SteeringOptions

    func run() throws {
        try jobs.each { queue, id throws(QueueError) in try queue.release(id) }
    }
}
