import Datasets
import Foundation
import Imaging
import JobQueue
import JobWorker
import Requests
import SafeTensors
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
        (SafeTensorsError.system(operation: "write", path: "a", code: EIO), .transient),
        (SafeTensorsError.system(operation: "create", path: "a", code: ESTALE), .transient),
        (SafeTensorsError.system(operation: "create", path: "a", code: ENOENT), .transient),
        (SafeTensorsError.system(operation: "open", path: "a", code: EMFILE), .transient),
        (SafeTensorsError.system(operation: "map", path: "a", code: ENOMEM), .transient),
        (SafeTensorsError.system(operation: "write", path: "a", code: ENOSPC), .resource),
        (SafeTensorsError.system(operation: "open", path: "a", code: ENOENT), .permanent),
        (SafeTensorsError.system(operation: "map", path: "a", code: EISDIR), .permanent),
        (SafeTensorsError.malformed(.tooShort(byteCount: 0), path: "a"), .permanent),
        (ImageError.unreadable(reason: "Input/output error"), .transient),
        (
            ImageError.inFile(name: "dog/1.jpg", .unreadable(reason: "Input/output error")),
            .transient
        ),
        (ImageError.inFile(name: "dog/1.jpg", .truncated(.jpeg)), .permanent),
        (ImageError.empty, .permanent),
        (DatasetError.unreadableFolder("dog"), .transient),
        (DatasetError.unopened("dog/1.jpg", reason: "Too many open files"), .transient),
        (DatasetError.empty, .permanent),
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
