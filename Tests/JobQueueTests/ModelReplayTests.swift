import Foundation
import Testing

/// The model against the real thing: the same histories, answer by answer and column by column.
@Suite(.needsPostgres)
struct ModelReplayTests {
    /// Histories of 25 operations each.
    private static let historyCount =
        ProcessInfo.processInfo.environment["CONTRAST_TEST_FAULTS"] == "all" ? 5_000 : 600

    @Test func thePostgresFunctionsDoWhatTheModelDoes() throws {
        try TestQueue.with { queue in
            let player = try QueuePlayer(queue)
            var history = ModelHistory(seed: 11, hasFailOvers: false)
            for part in 0..<Self.historyCount / 100 {
                var stories: [Story] = []
                for _ in 0..<100 {
                    #expect(history.play(25) == nil)
                    stories.append(Story(history))
                }
                guard try Self.compare(stories, by: player, "part \(part)") else { return }
            }
        }
    }

    /// Random histories seldom come to some fences, so these are chosen: each ends with a call that a queue without
    /// the fence would answer otherwise, or that would leave other jobs behind.
    @Test(arguments: QueueFence.inSequence)
    func theyAlsoDoWhereAFenceDecides(_ fence: QueueFence) throws {
        try TestQueue.with { queue in
            var history = ModelHistory(seed: 12, hasFailOvers: false)
            var stories: [Story] = []
            for _ in 0..<1_000_000 where stories.count < 10 {
                if history.play(25, untilMissing: fence) { stories.append(Story(history)) }
            }
            try #require(stories.count == 10, "no history needs \(fence)")
            _ = try Self.compare(stories, by: try QueuePlayer(queue), "\(fence)")
        }
    }

    /// A history, and what is to be answered.
    private struct Story {
        let operations: [QueueOperation]
        let expected: String

        init(_ history: ModelHistory) {
            operations = history.operations
            let jobs = history.model.jobs.map(\.summary).joined(separator: ", ")
            let answers = history.answers.map(\.description).joined(separator: ";")
            expected = "\(answers) | \(jobs)"
        }
    }

    /// Whether PostgreSQL answers what is expected; the first story in which it does not is recorded.
    private static func compare(
        _ stories: [Story],
        by player: QueuePlayer,
        _ name: String
    ) throws -> Bool {
        let found = try player.play(stories.map(\.operations))
        #expect(found.count == stories.count)
        for (story, line) in zip(stories, found) where line != story.expected {
            let operations = story.operations.map(\.description).joined(separator: "; ")
            Issue.record(
                "\(name): \(operations)\nPostgreSQL: \(line)\nmodel:      \(story.expected)"
            )
            return false
        }
        return true
    }
}
