internal import ArgumentParser
internal import JobQueue
internal import Requests

/// Forgets old jobs.
struct PruneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Forget jobs that ended long ago. Needs contrast_admin.",
        discussion: """
            With their logs, curves and rows of outputs. A job that another one still needs stays. contrastctl \
            retention has the queue do it by itself.
            """
    )

    @Option(name: .long, help: "Jobs that ended longer ago: 12h, 90d, 26w.")
    var olderThan: TimeSpan

    @Flag(
        name: .long,
        help: "Their files too: the workers remove them when they have no work, within minutes."
    )
    var files = false

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        try connection.withQueue { queue in
            var count = 0
            while true {
                let ids = try queue.prune(olderThan: olderThan.duration, removingFiles: files)
                if ids.isEmpty { break }
                count += ids.count
            }
            if output.json {
                let line: JSONValue = ["jobs": .integer(count), "files": .boolean(files)]
                Terminal.print(line.text())
            } else {
                Terminal.print("forgot \(count) jobs")
            }
        }
    }
}
