internal import ArgumentParser
internal import JobQueue
internal import Requests

/// Shows jobs, the newest first.
struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show jobs, the newest first.",
        aliases: ["ls"]
    )

    @Option(
        name: .shortAndLong,
        help: "Only jobs in this state. Repeatable.",
        completion: .list(JobState.allCases.map(\.rawValue)),
        transform: Self.state
    )
    var state: [JobState] = []

    @Option(
        name: .shortAndLong,
        help: "Only jobs of this kind. Repeatable.",
        completion: .list(JobKind.allCases.map(\.rawValue))
    )
    var kind: [String] = []

    @Option(name: .long, help: "Only jobs of this owner.")
    var owner: String?

    @Option(
        name: .long,
        help: "Only jobs that ended, or were enqueued, not longer ago: 90s, 15m, 12h, 1d, 2w."
    )
    var since: TimeSpan?

    @Option(name: [.customShort("n"), .long], help: "At most so many.")
    var limit = 50

    @Option(name: .long, help: "Only jobs with smaller numbers: the next page.")
    var before: Int?

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        var filter = JobFilter()
        filter.states = state
        filter.kinds = kind
        filter.owner = owner
        filter.since = since?.duration
        filter.limit = limit
        filter.before = before
        let jobs = try connection.withQueue { try $0.jobs(filter) }
        output.print(jobs, as: Self.table, json: \.json)
    }

    /// A state by its name.
    static func state(_ text: String) throws -> JobState {
        guard let state = JobState(rawValue: text) else {
            throw ValidationError(
                "expected one of \(JobState.allCases.map(\.rawValue).joined(separator: ", "))"
            )
        }
        return state
    }

    private static func table(_ jobs: [JobSummary]) -> Table {
        Table(
            [
                .init("ID", .right), .init("KIND"), .init("STATE"), .init("DONE", .right),
                .init("OWNER"), .init("WORKER"), .init("AGE", .right), .init("REASON"),
            ],
            rows: jobs.map { job in
                [
                    "\(job.id)", job.kind, job.state.rawValue, Phrases.progress(job), job.owner,
                    job.worker ?? "", Phrases.age(job.createdAt),
                    job.reason == job.state.rawValue ? "" : job.reason ?? "",
                ]
            },
            empty: "no jobs"
        )
    }
}
