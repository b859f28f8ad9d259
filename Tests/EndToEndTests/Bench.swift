import Foundation
import JobQueue
import Testing
import WorkerTestSupport

/// One plant with one worker that gets one bad job after the other, and has to carry out a good one after each.
///
/// Unchecked because only one suite uses it, whose tests run one after the other.
final class Bench: @unchecked Sendable {
    /// The one bench, taken down when the tests end.
    static let shared = Result {
        let bench = try Bench()
        atexit { Bench.takeDownShared() }
        return bench
    }

    let plant: Plant
    private let worker: WorkerProcess

    private init() throws {
        plant = try Plant()
        try plant.install(adapter: try Undisturbed.shared.get().adapter)
        // Small limits, that small pictures can go over.
        worker = try plant.startWorker(
            [],
            """
            CONTRAST_MAX_IMAGE_PIXELS=10000
            CONTRAST_MAX_IMAGE_BYTES=50000

            """
        )
    }

    private static func takeDownShared() {
        if case .success(let bench) = shared { bench.plant.queue.takeDown() }
    }

    /// Runs a job that has to fail for good, at once, with a sentence that contains `words`, leaving no file
    /// behind; then a good one.
    func expectFailure(
        of job: Int,
        stage: String,
        _ words: [String],
        _ place: SourceLocation = #_sourceLocation
    ) throws {
        try plant.queue.waitForState(.failed, of: job, place)
        let attempts = try plant.queue.store.attempts(of: job)
        #expect(attempts.count == 1, "never retried", sourceLocation: place)
        let failure = try #require(attempts.first?.failure, sourceLocation: place)
        #expect(failure.failureClass == .permanent, "\(failure)", sourceLocation: place)
        #expect(failure.stage == stage, "\(failure)", sourceLocation: place)
        expectSentence(failure.text, words, place)
        #expect(
            try plant.queue.store.job(job)?.reason?.contains(failure.text.prefix(200)) == true,
            sourceLocation: place
        )
        try plant.expectNothingLeft(of: job, place)
        try expectGoodJob(place)
    }

    /// Lets the worker carry out a job with nothing wrong in it.
    func expectGoodJob(_ place: SourceLocation = #_sourceLocation) throws {
        let good = try plant.generate()
        try plant.queue.waitForState(.succeeded, of: good, place)
        #expect(worker.isRunning, sourceLocation: place)
    }

    /// Checks that a text is one line a user can act on: it has the words, and nothing about the machine.
    func expectSentence(
        _ text: String,
        _ words: [String],
        _ place: SourceLocation = #_sourceLocation
    ) {
        for word in words {
            #expect(text.contains(word), "\"\(word)\" in: \(text)", sourceLocation: place)
        }
        let machine = [plant.queue.folder.path, FileManager.default.temporaryDirectory.path]
        for path in machine {
            #expect(!text.contains(path), "no path of the machine: \(text)", sourceLocation: place)
        }
        for trace in ["\n", "Error Domain", "Optional(", "NSFilePath"] {
            #expect(!text.contains(trace), "one sentence: \(text)", sourceLocation: place)
        }
        #expect(
            [".", "?", ")", "'"].contains(text.last),
            "a whole sentence: \(text)",
            sourceLocation: place
        )
    }
}
