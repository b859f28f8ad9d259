/// A batch and what it took to get it.
package struct PrefetchedBatch<Sample: Sendable>: Sendable {
    /// The samples, in the order of their numbers.
    package var samples: [Sample]
    /// Where reading goes on after this batch; what a checkpoint after its step keeps.
    package var next: DataCursor
    /// The seconds training waited for it: near zero while reading is ahead of computing.
    package var waitSeconds: Double
}
