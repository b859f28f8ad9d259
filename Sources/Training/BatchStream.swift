package import Datasets

/// Hands a training its batches in the order of its steps, from the step it starts or resumes at.
package struct BatchStream<Sample: Sendable> {
    private let nextBatch: () throws -> PrefetchedBatch<Sample>

    /// Starts reading ahead.
    ///
    /// - Parameters:
    ///   - source: Where samples come from; batches go through it epoch by epoch.
    ///   - batchSize: Samples per micro-batch.
    ///   - firstBatch: The micro-batches that earlier attempts have used.
    package init<Source: SampleSource>(
        _ source: Source,
        batchSize: Int,
        firstBatch: Int
    ) throws(TrainingError) where Source.Sample == Sample {
        guard source.count >= batchSize else {
            throw .tooLittleData(
                expected: "at least one batch of \(batchSize) samples",
                found: "\(source.count)"
            )
        }
        let start = DataCursor().advanced(by: firstBatch * batchSize, count: source.count)
        let prefetcher = BatchPrefetcher(source, batchSize: batchSize, start: start)
        nextBatch = { try prefetcher.next() }
    }

    /// The next micro-batch, and how long it was waited for.
    func next() throws -> (samples: [Sample], dataWait: Duration) {
        let batch = try nextBatch()
        return (batch.samples, .seconds(batch.waitSeconds))
    }
}
