/// An error that the same request would meet again: bad input, not bad luck.
///
/// The error types of the lower floors are declared to be such where `FailureClassifier` can see them.
package protocol PermanentFailure: Error {
    /// Whether this case of it is; a type that also tells what a disk or a network did says no for those.
    var isPermanent: Bool { get }
}

extension PermanentFailure {
    package var isPermanent: Bool { true }
}
