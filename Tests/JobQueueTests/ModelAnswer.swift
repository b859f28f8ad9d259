import JobQueue

/// What a call of `QueueModel` answers.
enum ModelAnswer: Equatable, CustomStringConvertible {
    case done
    case nothing
    case number(Int)
    case claimed(job: Int, token: Int)
    case lease(isHeld: Bool, cancel: Bool, yield: Bool, stalled: Bool)
    case state(JobState)
    case unchanged(JobState)
    case word(StaticString)
    case refused(StaticString)
    case ticked(promoted: Int, rescued: Int, stalled: Int)

    static func == (one: Self, other: Self) -> Bool { one.description == other.description }

    /// As `QueuePlayer` prints it.
    var description: String {
        switch self {
        case .done: "done"
        case .nothing: "nothing"
        case .number(let number): "\(number)"
        case .claimed(let job, let token): "\(job) \(token)"
        case .lease(let isHeld, let cancel, let yield, let stalled):
            "held=\(isHeld) cancel=\(cancel) yield=\(yield) stalled=\(stalled)"
        case .state(let state): state.rawValue
        case .unchanged(let state): "unchanged: \(state.rawValue)"
        case .word(let word): "\(word)"
        case .refused(let state): "refused \(state)"
        case .ticked(let promoted, let rescued, let stalled): "\(promoted) \(rescued) \(stalled)"
        }
    }
}
