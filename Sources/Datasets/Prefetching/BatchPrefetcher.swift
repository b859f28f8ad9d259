internal import Foundation

/// Makes batches ahead of their use on threads of its own, a bounded number of them, in a fixed order.
///
/// Each batch is made by one thread from its numbers alone, so the batches do not depend on how many
/// threads there are or which is faster.
package final class BatchPrefetcher<Source: SampleSource>: Sendable {
    private let state: State

    /// Starts reading.
    ///
    /// - Parameters:
    ///   - source: Where samples come from.
    ///   - batchSize: The samples of a batch; a batch may span two epochs.
    ///   - start: Where reading begins.
    ///   - threadCount: The threads that make batches.
    ///   - depth: The most batches that are ready or being made.
    package init(
        _ source: Source,
        batchSize: Int,
        start: DataCursor = DataCursor(),
        threadCount: Int = 1,
        depth: Int = 3
    ) {
        precondition(batchSize > 0 && threadCount > 0 && depth > 0, "a prefetcher makes something")
        precondition(source.count > 0, "a source has at least one sample")
        state = State(source: source, batchSize: batchSize, start: start, depth: depth)
        for _ in 0..<threadCount {
            let thread = Thread { [state] in state.makeBatches() }
            thread.name = "data"
            thread.start()
        }
    }

    deinit { state.stop() }

    /// Returns the next batch, waiting for it if need be. Throws what making it threw.
    package func next() throws -> PrefetchedBatch<Source.Sample> { try state.take() }

    /// What the threads share.
    ///
    /// `@unchecked Sendable` because every variable is read and written only while `condition` is locked.
    private final class State: @unchecked Sendable {
        private let source: Source
        private let batchSize: Int
        private let start: DataCursor
        private let depth: Int
        private let condition = NSCondition()
        private var ready: [Int: Result<[Source.Sample], any Error>] = [:]
        private var nextToMake = 0
        private var nextToTake = 0
        private var isStopped = false

        init(source: Source, batchSize: Int, start: DataCursor, depth: Int) {
            self.source = source
            self.batchSize = batchSize
            self.start = start
            self.depth = depth
        }

        /// Makes batches until stopped; what each thread does.
        func makeBatches() {
            while let number = claim() {
                let batch = Result { try samples(ofBatch: number) }
                condition.lock()
                ready[number] = batch
                condition.broadcast()
                condition.unlock()
            }
        }

        /// The number of the next batch to make, once there is room for it; `nil` when stopped.
        private func claim() -> Int? {
            condition.lock()
            defer { condition.unlock() }
            while !isStopped, nextToMake >= nextToTake + depth { condition.wait() }
            guard !isStopped else { return nil }
            defer { nextToMake += 1 }
            return nextToMake
        }

        private func samples(ofBatch number: Int) throws -> [Source.Sample] {
            try (0..<batchSize).map { index in
                let cursor = start.advanced(by: number * batchSize + index, count: source.count)
                return try source.sample(epoch: cursor.epoch, offset: cursor.offset)
            }
        }

        /// Waits for the batch that is next and hands it out.
        func take() throws -> PrefetchedBatch<Source.Sample> {
            let begin = ContinuousClock.now
            condition.lock()
            while ready[nextToTake] == nil { condition.wait() }
            let batch = ready.removeValue(forKey: nextToTake)
            nextToTake += 1
            let next = start.advanced(by: nextToTake * batchSize, count: source.count)
            condition.broadcast()
            condition.unlock()
            let waited = ContinuousClock.now - begin
            return PrefetchedBatch(
                samples: try batch?.get() ?? [],
                next: next,
                waitSeconds: waited / .seconds(1)
            )
        }

        /// Lets the threads end after what they are making.
        func stop() {
            condition.lock()
            isStopped = true
            condition.broadcast()
            condition.unlock()
        }
    }
}
