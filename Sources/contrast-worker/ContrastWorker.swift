internal import ArgumentParser

/// The daemon that runs jobs.
@main
struct ContrastWorker: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "contrast-worker",
        abstract: "Takes jobs from the queue and runs them.",
        subcommands: [RunCommand.self],
        defaultSubcommand: RunCommand.self
    )
}
