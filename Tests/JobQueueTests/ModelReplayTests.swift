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
                var stories: [[QueueOperation]] = []
                var expected: [String] = []
                for _ in 0..<100 {
                    #expect(history.play(25) == nil)
                    stories.append(history.operations)
                    let jobs = history.model.jobs.map(\.summary).joined(separator: ", ")
                    let answers = history.answers.map(\.description).joined(separator: ";")
                    expected.append("\(answers) | \(jobs)")
                }
                let found = try player.play(stories)
                for (index, line) in found.enumerated() where line != expected[index] {
                    let story = stories[index].map(\.description).joined(separator: "; ")
                    Issue.record(
                        "part \(part): \(story)\nPostgreSQL: \(line)\nmodel:      \(expected[index])"
                    )
                    return
                }
                #expect(found.count == stories.count)
            }
        }
    }
}
