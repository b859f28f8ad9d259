internal import ArgumentParser
internal import JobQueue
internal import Requests

/// Shows or sets how long ended jobs are kept.
struct RetentionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retention",
        abstract: "Show how long ended jobs are kept, or set it. Setting needs contrast_admin.",
        discussion: """
            Jobs that ended longer ago are forgotten by themselves, with their files unless --rows-only is given. \
            Without a rule they are kept for ever. The kind audit is the audit trail (400 days without a rule), telemetry logs and curves, also of \
            jobs that are kept; both go by whole months.
            """
    )

    @Argument(
        help: "Kind of job, or all: the kinds without a rule of their own; audit, telemetry.",
        completion: .list(JobKind.allCases.map(\.rawValue) + ["all", "audit", "telemetry"])
    )
    var kind: String?

    @Option(name: .long, help: "Keep them so long after their end: 12h, 90d, 26w.")
    var keep: TimeSpan?

    @Flag(name: .long, help: "Keep them for ever: take the rule away.")
    var forEver = false

    @Flag(name: .long, help: "Their files stay on disk.")
    var rowsOnly = false

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        let isSetting = keep != nil || forEver
        if isSetting != (kind != nil) || (keep != nil && forEver) {
            throw ValidationError("expected a kind with --keep TIME or with --for-ever, or neither")
        }
    }

    func run() throws {
        try connection.withQueue { queue in
            if let kind {
                try queue.setRetention(
                    kind: kind == "all" ? nil : kind,
                    keeping: keep?.duration,
                    removingFiles: !rowsOnly
                )
            }
            output.print(try queue.retentionRules(), as: Self.table) { rule in
                [
                    "kind": .string(rule.kind), "keep_seconds": .number(rule.seconds),
                    "files": .boolean(rule.removesFiles),
                ]
            }
        }
    }

    private static func table(_ rules: [RetentionRule]) -> Table {
        Table(
            [.init("KIND"), .init("KEPT", .right), .init("FILES")],
            rows: rules.map { rule in
                [
                    rule.kind == "*" ? "all others" : rule.kind, Phrases.span(rule.seconds),
                    ["audit", "telemetry"].contains(rule.kind)
                        ? "" : rule.removesFiles ? "go too" : "stay",
                ]
            },
            empty: "every job is kept for ever"
        )
    }
}
