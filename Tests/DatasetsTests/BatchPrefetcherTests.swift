import Datasets
import Foundation
import Testing

/// Samples that tell their own number.
private struct Numbers: SampleSource {
    var count: Int
    /// The place at which making a sample fails.
    var failure: Int?

    func sample(epoch: Int, offset: Int) throws -> String {
        if epoch == 0, offset == failure { throw Failure() }
        return "\(epoch):\(offset)"
    }

    struct Failure: Error {}
}

@Suite struct BatchPrefetcherTests {
    @Test(arguments: [1, 2, 4])
    func keepsTheOrderWhateverTheThreads(threadCount: Int) throws {
        let prefetcher = BatchPrefetcher(Numbers(count: 5), batchSize: 3, threadCount: threadCount)
        var samples: [String] = []
        for _ in 0..<20 { samples += try prefetcher.next().samples }
        #expect(samples == (0..<60).map { "\($0 / 5):\($0 % 5)" })
    }

    @Test func goesOnAtTheCursor() throws {
        let straight = BatchPrefetcher(Numbers(count: 7), batchSize: 4, threadCount: 2)
        var cursor = DataCursor()
        for _ in 0..<3 { cursor = try straight.next().next }
        #expect(cursor == DataCursor(epoch: 1, offset: 5))
        let kept = try JSONDecoder().decode(DataCursor.self, from: JSONEncoder().encode(cursor))
        let resumed = BatchPrefetcher(Numbers(count: 7), batchSize: 4, start: kept)
        for _ in 0..<5 { #expect(try resumed.next().samples == straight.next().samples) }
    }

    @Test func throwsWhereASampleFails() throws {
        let prefetcher = BatchPrefetcher(Numbers(count: 10, failure: 4), batchSize: 2)
        #expect(try prefetcher.next().samples == ["0:0", "0:1"])
        #expect(try prefetcher.next().samples == ["0:2", "0:3"])
        #expect(throws: Numbers.Failure.self) { try prefetcher.next() }
    }

    @Test func measuresTheWait() throws {
        let prefetcher = BatchPrefetcher(Numbers(count: 10), batchSize: 2)
        #expect(try prefetcher.next().waitSeconds >= 0)
    }
}
