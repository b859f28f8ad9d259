/// An error that the same request would meet again: bad input, not bad luck.
///
/// The error types of the lower floors are declared to be such where `FailureClassifier` can see them.
package protocol PermanentFailure: Error {}
