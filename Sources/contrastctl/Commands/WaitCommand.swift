internal import ArgumentParser

/// Waits for jobs to end.
struct WaitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait",
        abstract: "Wait until jobs have ended.",
        discussion: """
            Exit codes: 0 all succeeded, 2 one failed, 3 one was cancelled, 4 there is no such job, 75 the time is over.
            """
    )

    @Argument(help: "Numbers of the jobs.")
    var ids: [Int]

    @Option(name: .long, help: "Seconds to wait at most. Default: as long as it takes.")
    var timeout: Double?

    @Flag(name: .shortAndLong, help: "Show no progress.")
    var quiet = false

    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        try JobWaiter(connection: connection, quiet: quiet).wait(for: ids, timeout: timeout)
    }
}
