package import Requests
internal import Tensors

/// The mean of scores, and where the mean of other pictures of the same kind is likely to lie.
package struct ScoreSummary: Equatable, Sendable {
    /// Resamplings, and the most draws of all of them together.
    private static let resamplings = 1000
    private static let drawLimit = 20_000_000

    package let count: Int
    package let mean: Double
    /// The 95 % interval of the mean: percentiles of means of resampled scores (bootstrap).
    package let low: Double
    package let high: Double

    /// Summarises scores; nil for none.
    package init?(_ scores: [Double], seed: Int) {
        guard !scores.isEmpty else { return nil }
        count = scores.count
        mean = scores.reduce(0, +) / Double(scores.count)
        var random = PhiloxSource(seed: UInt64(seed), stream: 0)
        let rounds = max(100, min(Self.resamplings, Self.drawLimit / scores.count))
        let means = (0..<rounds).map { _ in
            var sum = 0.0
            for _ in scores.indices { sum += scores[random.integer(below: scores.count)] }
            return sum / Double(scores.count)
        }.sorted()
        low = means[Int(0.025 * Double(rounds - 1))]
        high = means[rounds - 1 - Int(0.025 * Double(rounds - 1))]
    }

    /// As reports have it.
    package var json: JSONValue {
        [
            "mean": .number(mean), "low": .number(low), "high": .number(high),
            "count": .integer(count),
        ]
    }
}
