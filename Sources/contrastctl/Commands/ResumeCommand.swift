internal import ArgumentParser
internal import JobQueue
internal import Requests

/// Claims jobs of a kind again.
struct ResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Claim jobs of a kind again. Needs contrast_admin."
    )

    @Argument(
        help: "Kind of job, or all.",
        completion: .list(JobKind.allCases.map(\.rawValue) + ["all"])
    )
    var kind: String

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        try connection.withQueue { try $0.resume(kind: kind == "all" ? nil : kind) }
        output.print("resumed", kind)
    }
}
