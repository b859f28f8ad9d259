internal import ArgumentParser
internal import JobQueue

/// Queue jobs again from an earlier checkpoint.
struct RequeueCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "requeue",
        abstract: "Queue jobs again from an earlier checkpoint, or from the beginning.",
        discussion: """
            For jobs that neither run nor have succeeded. Later checkpoints are set aside; contrastctl retry goes on \
            from the newest one.
            """
    )

    @Option(
        name: .long,
        help: "The newest checkpoint at or before this step. Default: 0, the beginning."
    )
    var fromStep = 0

    @OptionGroup var jobs: SteeringOptions

    func run() throws {
        try jobs.each { queue, id throws(QueueError) in try queue.requeue(id, from: fromStep) }
    }
}
