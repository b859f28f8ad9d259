internal import ArgumentParser

/// The daemon that runs jobs.
@main
struct ContrastWorker: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "contrast-worker",
        abstract: "Takes jobs from the queue and runs them.",
        discussion: """
              contrast-worker --config worker.conf           until it is asked to stop
              contrast-worker --config worker.conf --drain   until nothing is left to run
            """,
        version: "contrast-worker \(Version.text)",
        subcommands: [RunCommand.self, ProbeCommand.self],
        defaultSubcommand: RunCommand.self
    )
}
