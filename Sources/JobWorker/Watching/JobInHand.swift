internal import JobQueue

/// What is told of the job in hand, and how fast it goes.
struct JobInHand: Sendable {
    /// The share of the newest step in the mean time of a step.
    private static let newest = 0.2

    let lease: Lease
    let kind: String
    let attempt: Int
    let claimedAt: ContinuousClock.Instant
    /// Steps done, and steps in all, where that is known.
    private(set) var step: Int
    private(set) var stepCount: Int?
    /// The mean time of a step, in seconds, in which earlier ones count ever less; nil before the second report.
    private(set) var secondsPerStep: Double?
    private var reportedAt: ContinuousClock.Instant?

    init(_ row: JobRow, claimedAt instant: ContinuousClock.Instant) {
        lease = row.lease
        kind = row.kind
        attempt = row.attempt
        claimedAt = instant
        step = row.resume?.step ?? 0
    }

    /// Takes in a report; the time that each of its steps has taken, in seconds, if one was taken.
    mutating func report(
        step: Int,
        of stepCount: Int,
        at instant: ContinuousClock.Instant = .now
    ) -> Double? {
        let steps = step - self.step
        let before = reportedAt
        self.step = step
        self.stepCount = stepCount
        guard steps > 0 || before == nil else { return nil }
        reportedAt = instant
        // What comes before the first report is the loading of models: no step's time.
        guard let before, steps > 0 else { return nil }
        let seconds = (instant - before) / .seconds(1) / Double(steps)
        secondsPerStep = secondsPerStep.map { $0 + (seconds - $0) * Self.newest } ?? seconds
        return seconds
    }
}
