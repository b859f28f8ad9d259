/// How an attempt failed: stored with the attempt and shown to the job's owner.
package struct JobFailure: Error, Sendable, Equatable {
    package let failureClass: FailureClass
    /// The part of the work it happened in, such as `decode request` or `train`.
    package let stage: String
    /// One sentence: what was expected, what was found, what to do.
    package let text: String

    package init(_ failureClass: FailureClass, stage: String, text: String) {
        self.failureClass = failureClass
        self.stage = stage
        self.text = text
    }
}
