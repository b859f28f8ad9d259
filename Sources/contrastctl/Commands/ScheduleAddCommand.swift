internal import ArgumentParser
internal import Foundation
internal import JobQueue
internal import Requests

/// Enqueues a job whenever a cron line says so.
struct ScheduleAddCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Enqueue a job whenever a cron line says so, as yours.",
        discussion: """
            contrastctl schedule add nightly '30 2 * * *' evaluate '{"jobs": [42]}'

            The line has minute, hour, day, month and weekday in UTC, or is @hourly, @daily, @weekly or @monthly. The \
            same name replaces the schedule. A time that was missed is made up for once; one at which the job before \
            has not ended is left out.
            """
    )

    @Argument(help: "Name of the schedule.")
    var name: String

    @Argument(help: "When: a cron line, in quotation marks.")
    var line: String

    @Argument(help: "Kind of job.", completion: .list(JobKind.allCases.map(\.rawValue)))
    var kind: String

    @Argument(help: "Payload as JSON.")
    var payload = "{}"

    @Option(name: .long, help: "Priority of the jobs, -100 to 100.")
    var priority = 0

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        try connection.withQueue { queue in
            let params = try JSONValue(parsing: payload).text()
            let first = try queue.addSchedule(
                name,
                spec: line,
                kind: kind,
                params: params,
                priority: priority
            )
            if output.json {
                let line: JSONValue = ["name": .string(name), "next_at": .init(first)]
                Terminal.print(line.text())
            } else {
                Terminal.print("\(Terminal.printable(name))  first at \(Phrases.time(first))")
            }
        }
    }
}
