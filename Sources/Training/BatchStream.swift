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
    ///   - repeatsSamples: Whether a batch may hold a sample more than once, where there are fewer than a
    ///     batch. What tells the samples of a batch apart cannot learn from that.
    package init<Source: SampleSource>(
        _ source: Source,
        batchSize: Int,
        firstBatch: Int,
        repeatsSamples: Bool = false
    ) throws(TrainingError) where Source.Sample == Sample {
        guard source.count >= (repeatsSamples ? 1 : batchSize) else {
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
