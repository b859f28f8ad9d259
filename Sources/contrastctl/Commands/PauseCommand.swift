internal import ArgumentParser
internal import JobQueue
internal import Requests

/// Stops claiming jobs of a kind.
struct PauseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Stop claiming jobs of a kind; running jobs go on. Needs contrast_admin."
    )

    @Argument(
        help: "Kind of job, or all.",
        completion: .list(JobKind.allCases.map(\.rawValue) + ["all"])
    )
    var kind: String

    @Option(name: .long, help: "Why, for those who wonder.")
    var why: String?

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        try connection.withQueue { try $0.pause(kind: kind == "all" ? nil : kind, why: why) }
        output.print("paused", kind)
    }
}
