internal import ArgumentParser
internal import JobQueue
internal import Requests

/// Shows or sets how many jobs of a kind run at once.
struct SlotsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "slots",
        abstract:
            "Show how many jobs of a kind may run at once, or set it. Setting needs contrast_admin.",
        discussion: """
            Without a limit as many run as there are workers. Jobs beyond it stay ready, and their reason says so; what \
            runs already goes on.
            """
    )

    @Argument(help: "Kind of job.", completion: .list(JobKind.allCases.map(\.rawValue)))
    var kind: String?

    @Option(name: .long, help: "So many at once; 0 starts none.")
    var max: Int?

    @Flag(name: .long, help: "Take the limit away.")
    var unlimited = false

    @Option(name: .long, help: "Of this owner's jobs instead of everybody's.")
    var owner: String?

    @Flag(name: .long, help: "Of the jobs of each owner who has no limit of their own.")
    var eachOwner = false

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        let isSetting = max != nil || unlimited
        if isSetting != (kind != nil) || (max != nil && unlimited) {
            throw ValidationError("expected a kind with --max N or with --unlimited, or neither")
        }
        if !isSetting, owner != nil || eachOwner {
            throw ValidationError("expected --owner and --each-owner with --max or --unlimited")
        }
        if owner != nil, eachOwner {
            throw ValidationError("expected either --owner or --each-owner, found both")
        }
    }

    func run() throws {
        try connection.withQueue { queue in
            if let kind {
                try queue.setSlots(kind: kind, to: max, owner: eachOwner ? "*" : owner)
            }
            output.print(try queue.slotLimits(), as: Self.table) { limit in
                [
                    "kind": .string(limit.kind), "owner": .init(limit.owner),
                    "max": .integer(limit.count), "running": .integer(limit.runningCount),
                ]
            }
        }
    }

    private static func table(_ limits: [SlotLimit]) -> Table {
        Table(
            [
                .init("KIND"), .init("OF"), .init("SLOTS", .right), .init("RUNNING", .right),
            ],
            rows: limits.map { limit in
                [
                    limit.kind,
                    limit.owner.map { $0 == "*" ? "each owner" : $0 } ?? "everybody",
                    "\(limit.count)",
                    limit.owner == "*" ? "≤ \(limit.runningCount)" : "\(limit.runningCount)",
                ]
            },
            empty: "as many jobs run as there are workers"
        )
    }
}
