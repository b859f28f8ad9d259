internal import ArgumentParser
internal import JobQueue

/// Takes a schedule away.
struct ScheduleRemoveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Take a schedule away; its jobs stay."
    )

    @Argument(help: "Name of the schedule.")
    var name: String

    @Option(name: .long, help: "Whose it is. Default: yours.")
    var owner: String?

    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        try connection.withQueue { queue in
            guard try queue.removeSchedule(name, of: owner) else {
                throw Failure(
                    "there is no schedule \(name) of yours; contrastctl schedule list shows them",
                    code: 4
                )
            }
            Terminal.print("removed \(Terminal.printable(name))")
        }
    }
}
