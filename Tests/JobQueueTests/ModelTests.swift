import Dispatch
import Synchronization
import Testing

/// Histories of the queue's model: what must hold holds in all of them, and each fence is needed for that.
@Suite struct ModelTests {
    /// Histories of 20 operations each.
    private static let historyCount = 1_000_000

    @Test func nothingBreaksWhateverTheOrder() {
        let broken = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: 20) { part in
            var history = ModelHistory(seed: UInt64(part))
            for _ in 0..<Self.historyCount / 20 {
                guard let violation = history.play(20) ?? history.drain() else { continue }
                let story = history.operations.map(\.description).joined(separator: "; ")
                broken.withLock { $0.append("seed \(part): \(violation) after \(story)") }
                return
            }
        }
        #expect(broken.withLock { $0 } == [])
    }

    @Test(arguments: QueueFence.allCases)
    func withoutAFenceSomethingBreaks(_ fence: QueueFence) {
        var history = ModelHistory(seed: 7, without: fence)
        let found = (0..<400_000).contains { _ in history.play(30) != nil }
        #expect(found, "nobody needs \(fence)")
    }
}
