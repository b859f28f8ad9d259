internal import ArgumentParser
internal import JobQueue

/// Forgets a registered name.
struct ModelRemoveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Forget a registered name; the files stay. Needs contrast_admin."
    )

    @Argument(help: "Name of the model.")
    var name: String

    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        try connection.withQueue { queue in
            guard try queue.removeModel(name) else { throw ModelCheckCommand.unknown(name) }
            Terminal.print("\(Terminal.printable(name))  removed")
        }
    }
}
