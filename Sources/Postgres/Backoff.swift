/// How long to wait before each further attempt to reach the server: longer each time, and never in step
/// with the other workers that lost it at the same moment.
package struct Backoff: Sendable, Equatable {
    /// The longest first pause.
    package var initial: Duration
    /// What no pause exceeds.
    package var maximum: Duration

    package init(initial: Duration = .milliseconds(250), maximum: Duration = .seconds(15)) {
        precondition(
            initial > .zero && maximum >= initial,
            "a back-off starts above zero and grows"
        )
        self.initial = initial
        self.maximum = maximum
    }

    /// The pause before attempt `attempt` (the first further one is 0): between half of and all of
    /// `initial` · 2^attempt, at most `maximum`.
    package func pause(
        attempt: Int,
        using random: inout some RandomNumberGenerator
    ) -> Duration {
        let longest = min(initial * (1 << min(max(attempt, 0), 20)), maximum)
        return longest * Double.random(in: 0.5...1, using: &random)
    }

    /// The pause before attempt `attempt`, with the system's random numbers.
    package func pause(attempt: Int) -> Duration {
        var random = SystemRandomNumberGenerator()
        return pause(attempt: attempt, using: &random)
    }
}
