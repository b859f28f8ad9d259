internal import ArgumentParser
internal import JobQueue
internal import Requests

/// Shows the schedules.
struct ScheduleListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show the schedules, their next times and their last jobs."
    )

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let schedules = try connection.withQueue { try $0.schedules() }
        output.print(schedules, as: Self.table, json: \.json)
    }

    private static func table(_ schedules: [ScheduleRow]) -> Table {
        Table(
            [
                .init("NAME"), .init("OWNER"), .init("WHEN (UTC)"), .init("KIND"), .init("NEXT"),
                .init("LAST JOB", .right), .init("LEFT OUT", .right), .init("ERROR"),
            ],
            rows: schedules.map { schedule in
                [
                    schedule.name, schedule.owner, schedule.spec, schedule.kind,
                    Phrases.time(schedule.nextAt), schedule.lastJob.map { "\($0)" } ?? "",
                    "\(schedule.skippedCount)", schedule.lastError ?? "",
                ]
            },
            empty: "no schedules"
        )
    }
}

extension ScheduleRow {
    /// The schedule for programs; names as in the table `contrast.schedule`.
    var json: JSONValue {
        [
            "name": .string(name), "owner": .string(owner), "spec": .string(spec),
            "kind": .string(kind), "params": .init(storedText: params),
            "priority": .integer(priority), "next_at": .init(nextAt),
            "last_job": .init(lastJob),
            "last_error": .init(lastError),
            "skipped": .integer(skippedCount),
        ]
    }
}
