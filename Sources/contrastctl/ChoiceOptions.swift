internal import ArgumentParser
internal import JobQueue
internal import Requests

/// Jobs chosen by what they are instead of by number.
struct ChoiceOptions: ParsableArguments {
    @Option(
        name: .long,
        help: "Jobs in this state. Repeatable.",
        completion: .list(JobState.allCases.map(\.rawValue)),
        transform: ListCommand.state
    )
    var state: [JobState] = []

    @Option(
        name: .long,
        help: "Jobs of this kind. Repeatable.",
        completion: .list(JobKind.allCases.map(\.rawValue))
    )
    var kind: [String] = []

    @Option(
        name: .long,
        help: "Jobs that ended, or were enqueued, not longer ago: 90s, 15m, 12h, 1d, 2w."
    )
    var since: TimeSpan?

    @Option(name: .long, help: "Jobs of this owner. Default: your own.")
    var owner: String?

    @Flag(name: .long, help: "Jobs of every owner.")
    var everyone = false

    @Flag(name: .long, help: "Only show which jobs these are.")
    var dryRun = false

    /// Whether anything was chosen.
    var isGiven: Bool {
        !state.isEmpty || !kind.isEmpty || since != nil || owner != nil || everyone
    }

    /// Lets the chosen jobs through.
    var filter: JobFilter {
        var filter = JobFilter()
        filter.states = state
        filter.kinds = kind
        filter.since = since?.duration
        filter.owner = owner
        filter.isOwn = owner == nil && !everyone
        filter.limit = 1_000_000
        return filter
    }
}
