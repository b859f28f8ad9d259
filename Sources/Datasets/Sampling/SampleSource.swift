/// Samples by number: the same number gives the same sample, on any thread and in any order.
package protocol SampleSource: Sendable {
    /// What training reads.
    associatedtype Sample: Sendable

    /// The samples of an epoch, at least one.
    var count: Int { get }

    /// Returns a sample of an epoch; `offset` is below `count`.
    func sample(epoch: Int, offset: Int) throws -> Sample
}
