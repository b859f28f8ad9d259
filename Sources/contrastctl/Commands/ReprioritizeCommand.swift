internal import ArgumentParser
internal import JobQueue

/// Change the priority of jobs that have not ended.
struct ReprioritizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reprioritize",
        abstract: "Change the priority of jobs that have not ended.",
        discussion: """
            Higher comes first. A ready job that no free worker can take makes a running training, whose priority is \
            lower by 50 or more, save a checkpoint and wait.
            """
    )

    @Option(name: .long, help: "The new priority, -100 to 100.")
    var to: Int

    @OptionGroup var jobs: SteeringOptions

    func run() throws {
        try jobs.each { queue, id throws(QueueError) in try queue.reprioritize(id, to: to) }
    }
}
