import Foundation
import JobQueue
import JobWorker
import Requests
import Testing

@Suite struct FailureClassifierTests {
    /// An error that nobody has thought of.
    private struct Surprise: Error {}

    private static let cases: [(any Error, FailureClass)] = [
        (RequestError(path: "$.steps", problem: "expected …"), .permanent),
        (InputError(path: "a", root: "input root", reason: .missing), .permanent),
        (InputError(path: "a", root: "input root", reason: .outside), .permanent),
        (
            InputError(path: "a", root: "input root", reason: .unreadable("stale handle")),
            .transient
        ),
        (POSIXError(.ENOSPC), .resource),
        (POSIXError(.EDQUOT), .resource),
        (CocoaError(.fileWriteOutOfSpace), .resource),
        (
            NSError(
                domain: NSCocoaErrorDomain,
                code: 512,
                userInfo: [NSUnderlyingErrorKey: POSIXError(.ENOSPC)]
            ), .resource
        ),
        (QueueError.unreachable("gone"), .transient),
        (QueueError.notFound("job 3 is no job of alice"), .permanent),
        (QueueError.badRequest("job 3 has no outputs"), .permanent),
        (JobFailure(.transient, stage: "train", text: "as it says"), .transient),
        (Surprise(), .bug),
    ]

    @Test(arguments: cases.indices)
    func everyErrorHasItsClass(_ index: Int) {
        let (error, expected) = Self.cases[index]
        let failure = FailureClassifier.failure(for: error, stage: "train")
        #expect(failure.failureClass == expected, "\(error)")
        #expect(failure.stage == "train")
        #expect(!failure.text.isEmpty)
    }
}
