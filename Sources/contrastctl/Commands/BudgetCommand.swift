internal import ArgumentParser
internal import JobQueue
internal import Requests

/// Shows what owners have used, or sets what they may use.
struct BudgetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "budget",
        abstract:
            "Show what owners have used, or set what they may use. Setting needs contrast_admin.",
        discussion: """
            Counted is the time that workers spend on an owner's jobs, whatever comes of them. When it is used up, further \
            jobs stay ready, and their reason says until when; running trainings save a checkpoint and wait too. Periods \
            begin at midnight UTC, weeks on Mondays.
            """
    )

    @Argument(
        help: "Owner, or all: each owner who is no administrator and has no budget of their own."
    )
    var owner: String?

    @Option(name: .long, help: "So much time of workers: 90m, 12h, 5d.")
    var limit: TimeSpan?

    @Flag(name: .long, help: "As much as they like.")
    var unlimited = false

    @Option(name: .long, help: "Of the limit: day, week or month.")
    var per = BudgetPeriod.week

    @Option(
        name: .long,
        help:
            "How many jobs the owner may have waiting, in place of max_open_jobs; 0 is any number."
    )
    var openJobs: Int?

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        let isSetting = limit != nil || unlimited || openJobs != nil
        if isSetting != (owner != nil) || (limit != nil && unlimited) {
            throw ValidationError(
                "expected an owner with --limit TIME, --unlimited or --open-jobs N, or none of them"
            )
        }
        if owner == "all", openJobs != nil {
            throw ValidationError("expected one owner with --open-jobs; for all it is a setting")
        }
    }

    func run() throws {
        try connection.withQueue { queue in
            if let owner, limit != nil || unlimited {
                try queue.setBudget(
                    of: owner == "all" ? "*" : owner,
                    to: limit.map { Int($0.duration.components.seconds) },
                    per: per
                )
            }
            if let owner, let openJobs { try queue.setQuota(of: owner, to: openJobs) }
            output.print(try queue.ownerUsage(), as: Self.table, json: \.json)
        }
    }

    private static func table(_ owners: [OwnerUsage]) -> Table {
        Table(
            [
                .init("OWNER"), .init("TODAY", .right), .init("WEEK", .right),
                .init("MONTH", .right), .init("RUNNING", .right), .init("WAITING", .right),
                .init("REASON"),
            ],
            rows: owners.map { owner in
                [
                    owner.owner, cell(owner.today), cell(owner.week), cell(owner.month),
                    "\(owner.runningCount)",
                    "\(owner.openCount)\(owner.openLimit.map { " of \($0)" } ?? "")",
                    owner.waitsFor ?? "",
                ]
            },
            empty: "nobody has used anything"
        )
    }

    private static func cell(_ period: OwnerUsage.Period) -> String {
        let used = Phrases.span(period.used)
        return period.budget.map { "\(used) of \(Phrases.span(Double($0)))" } ?? used
    }
}

extension BudgetPeriod: ExpressibleByArgument {}

extension OwnerUsage {
    /// The owner for programs; names as in the view `contrast.owner_usage`.
    var json: JSONValue {
        [
            "owner": .string(owner), "today": .number(today.used),
            "today_budget": .init(today.budget), "week": .number(week.used),
            "week_budget": .init(week.budget), "month": .number(month.used),
            "month_budget": .init(month.budget), "running": .integer(runningCount),
            "open_jobs": .integer(openCount), "max_open_jobs": .init(openLimit),
            "waits": .init(waitsFor),
        ]
    }
}
