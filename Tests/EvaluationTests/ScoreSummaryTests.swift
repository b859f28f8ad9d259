import Requests
import Testing

@testable import Evaluation

@Suite struct ScoreSummaryTests {
    @Test func `The interval of a share is that of the binomial distribution`() throws {
        let scores = (0..<256).map { $0 < 64 ? 1.0 : 0.0 }
        let summary = try #require(ScoreSummary(scores, seed: 3))
        #expect(summary.mean == 0.25 && summary.count == 256)
        // √(0.25 · 0.75 / 256) = 0.0271; ± 1.96 of it.
        #expect(abs(summary.low - 0.197) < 0.012 && abs(summary.high - 0.303) < 0.012)
        #expect(ScoreSummary(scores, seed: 3) == summary)
        #expect(ScoreSummary(scores, seed: 4) != summary)
    }

    @Test func `Equal scores leave no doubt, and none no mean`() throws {
        let summary = try #require(ScoreSummary([0.5, 0.5, 0.5], seed: 0))
        #expect(summary.low == 0.5 && summary.mean == 0.5 && summary.high == 0.5)
        #expect(ScoreSummary([], seed: 0) == nil)
    }

    @Test func `A confusion table counts what was taken for what`() {
        var table = ConfusionTable(labels: ["cat", "dog", "fox"])
        for (truth, guess) in [(0, 0), (0, 1), (0, 1), (0, 2), (1, 1)] {
            table.add(truth: truth, guess: guess)
        }
        #expect(table.accuracy == 0.4 && table.total == 5)
        #expect(table.accuracy(of: 0) == 0.25 && table.accuracy(of: 2) == nil)
        #expect(table.confusions(of: 0).map(\.label) == ["dog", "fox"])
        #expect(table.weaknesses(below: 0.5) == ["cat 25 % of 4 (dog 2, fox 1)"])
        #expect(
            table.json == [
                [
                    "label": "cat", "count": 4, "correct": 1, "accuracy": 0.25,
                    "taken_for": ["dog": 2, "fox": 1],
                ],
                ["label": "dog", "count": 1, "correct": 1, "accuracy": 1.0, "taken_for": [:]],
            ]
        )
    }

    @Test func `Fields with commas and quotes stay one field`() {
        var table = CSVTable(header: ["a", "b"])
        table.add(["1", "a \"red\" mug, on\nthe beach"])
        #expect(table.text == "a,b\n1,\"a \"\"red\"\" mug, on\nthe beach\"\n")
    }
}
