internal import ArgumentParser
internal import JobQueue
internal import Requests

/// Shows who did what.
struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Show who did what with jobs and with the queue, the newest first.",
        discussion: """
            You see what you did and what was done to your jobs; contrast_read sees everything. Nobody changes these lines; \
            they go after 400 days, or as contrastctl retention audit says.
            """
    )

    @Argument(help: "Only of this job.")
    var job: Int?

    @Option(name: .long, help: "Only what this login did.")
    var who: String?

    @Option(name: .long, help: "Only this deed: enqueued, cancelled, paused, slots_set, …")
    var what: String?

    @Option(name: .long, help: "Not longer ago: 90s, 15m, 12h, 1d, 2w.")
    var since: TimeSpan?

    @Option(name: [.customShort("n"), .long], help: "At most so many.")
    var limit = 50

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if limit < 1 { throw ValidationError("expected a limit of at least 1, found \(limit)") }
    }

    func run() throws {
        var filter = AuditFilter()
        filter.jobID = job
        filter.who = who
        filter.what = what
        filter.since = since?.duration
        filter.limit = limit
        let lines = try connection.withQueue { try $0.auditTrail(filter) }
        output.print(lines, as: Self.table, json: \.json)
    }

    private static func table(_ lines: [AuditLine]) -> Table {
        Table(
            [
                .init("AT (UTC)"), .init("WHO"), .init("WHAT"), .init("JOB", .right),
                .init("OF"), .init("FROM"), .init("DETAIL"),
            ],
            rows: lines.map { line in
                [
                    Phrases.time(line.at), line.who, line.what, line.jobID.map { "\($0)" } ?? "",
                    line.owner ?? "", line.address ?? "local", line.detail ?? "",
                ]
            },
            empty: "nothing was done"
        )
    }
}

extension AuditLine {
    /// The line for programs; names as in the view `contrast.audit_trail`.
    var json: JSONValue {
        [
            "at": .init(at), "who": .string(who), "what": .string(what), "job_id": .init(jobID),
            "owner": .init(owner), "detail": detail.map { .init(storedText: $0) } ?? .null,
            "address": .init(address), "application": .init(application),
        ]
    }
}
