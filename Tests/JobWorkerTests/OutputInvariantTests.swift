import Foundation
import JobQueue
import Testing
import WorkerTestSupport

/// The invariants about files: a row without its file, and one whose file is another, are noticed.
@Suite(.serialized)
struct OutputInvariantTests {
    @Test func filesThatAreMissingOrOthersAreNoticed() throws {
        let queue = try FaultQueue()
        let jobs = try (0..<3).map { _ in try queue.count(to: 3) }
        #expect(try queue.startWorker(["--drain"]).waitForExit() == 0)
        try queue.expectInvariants()
        let outputs = queue.folder.appending(path: "outputs")
        let paths = try jobs.map { job in
            try #require(try queue.store.outputs(of: job).first { $0.role == "adapter" }).path
        }
        try FileManager.default.removeItem(at: outputs.appending(path: paths[0]))
        try Data("0 1 3".utf8).write(to: outputs.appending(path: paths[1]))
        try queue.execute("UPDATE contrast.output SET bytes = bytes + 1 WHERE path = '\(paths[2])'")
        let found = try QueueInvariants(queue.connection()).fileViolations(in: outputs)
        let words = ["is missing", "has other content", "has another size"]
        #expect(
            found
                == zip(zip(jobs, paths), words).map { place, words in
                    "job \(place.0) has the output \(place.1), whose file \(words)"
                }
        )
    }
}
