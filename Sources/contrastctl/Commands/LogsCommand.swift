internal import ArgumentParser
internal import Foundation
internal import JobQueue
internal import Postgres
internal import Requests

/// Shows what a job has logged.
struct LogsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Show what a job has logged."
    )

    @Argument(help: "Number of the job.")
    var id: Int

    @Flag(name: .shortAndLong, help: "Go on until the job ends.")
    var follow = false

    @Option(
        name: [.customShort("n"), .long],
        help: "Begin with the last so many lines. Default: all."
    )
    var tail: Int?

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        try connection.withQueue { queue in
            guard try queue.job(id) != nil else { throw Failure.noJob(id) }
            if follow { try queue.listenForEnds() }
            var position: LogEntry.Position?
            if let tail {
                let entries = try queue.logTail(of: id, limit: tail)
                print(entries)
                position = entries.last?.position
            }
            let wake = WakeSignal()
            while true {
                // Looked at before the lines: an ended job has no lines after these.
                let isFinal = try queue.job(id)?.state.isFinal ?? true
                while true {
                    let entries = try queue.log(of: id, after: position)
                    print(entries)
                    guard let last = entries.last else { break }
                    position = last.position
                }
                if !follow || isFinal { return }
                _ = try queue.waitForNotices(timeout: .seconds(1), wake: wake)
            }
        }
    }

    private func print(_ entries: [LogEntry]) {
        for entry in entries {
            if output.json {
                let line: JSONValue = [
                    "attempt": .integer(entry.position.attempt),
                    "seq": .integer(entry.position.sequence),
                    "at": .init(entry.at), "level": .string(entry.level),
                    "text": .string(entry.text),
                ]
                Terminal.print(line.text())
            } else {
                let level = entry.level == "info" ? "" : "\(entry.level): "
                let text = Terminal.printable(entry.text, keepingLines: true)
                Terminal.print("\(Phrases.time(entry.at))  \(level)\(text)")
            }
        }
    }
}
