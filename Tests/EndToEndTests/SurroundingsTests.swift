import Foundation
import JobQueue
import Testing
import WorkerTestSupport

/// A disk that is full, a database that is not there.
@Suite(.serialized)
struct SurroundingsTests {
    @Test(.enabled(if: SmallDisk.isPossible, "only root may mount a small file system"))
    func aFullDiskFailsTheJobAndNotTheNextOne() throws {
        let expected = try Undisturbed.shared.get()
        let plant = try Plant()
        try plant.install(adapter: expected.adapter)
        let disk = try SmallDisk(at: plant.outputs, kibibytes: 1000)
        defer { disk.remove() }
        let training = try plant.train(steps: 200)
        let next = try plant.generate()
        let worker = try plant.startWorker()
        try plant.queue.waitForState(.failed, of: training)
        try plant.queue.waitForState(.succeeded, of: next)
        #expect(worker.isRunning)
        let attempts = try plant.queue.store.attempts(of: training)
        #expect(attempts.count == 3, "a full disk may have room again")
        for attempt in attempts {
            let failure = try #require(attempt.failure)
            #expect(failure.failureClass == .resource)
            #expect(failure.text.contains("found the disk full; free some space"))
            #expect(!failure.text.contains(plant.queue.folder.path), "\(failure.text)")
        }
        #expect(try plant.queue.store.outputs(of: training).isEmpty)
        let left = try FileManager.default.subpathsOfDirectory(atPath: plant.outputs.path)
        #expect(!left.contains { $0.contains("unfinished") }, "nothing half-written: \(left)")
        #expect(!left.contains { $0.hasPrefix("\(training)") }, "nothing published: \(left)")
        worker.kill()
        try plant.queue.expectInvariants()
    }

    /// For everybody who may not mount: no file may have more bytes than pictures have.
    @Test func aFileThatMayNotGrowFailsTheJobAndNotTheNextOne() throws {
        let expected = try Undisturbed.shared.get()
        let plant = try Plant()
        try plant.install(adapter: expected.adapter)
        let training = try plant.train(steps: 200)
        let next = try plant.generate()
        let worker = try plant.queue.startWorker(
            [],
            "CONTRAST_THREADS=1\n",
            fileSizeLimit: 100
        )
        try plant.queue.waitForState(.failed, of: training)
        try plant.queue.waitForState(.succeeded, of: next)
        #expect(worker.isRunning)
        let attempts = try plant.queue.store.attempts(of: training)
        #expect(attempts.map(\.failure?.failureClass) == [.resource, .resource, .resource])
        for attempt in attempts {
            #expect(attempt.failure?.text.contains("found the disk full; free some space") == true)
        }
        try plant.expectNothingLeft(of: training)
        worker.kill()
        try plant.queue.expectInvariants()
    }

    /// The queue knows of a worker what it takes, so that it can tell which jobs nobody takes.
    @Test func aWorkerThatTakesSomeKindsSaysSo() throws {
        let plant = try Plant()
        let worker = try plant.startWorker([], "CONTRAST_WORKER_KINDS=train,prepare\n")
        try eventually("the worker") { try !plant.queue.store.workers().isEmpty }
        let kinds = try plant.queue.store.workers().map { $0.kinds.sorted() }
        #expect(kinds == [["prepare", "train"]])
        worker.kill()
        try plant.queue.expectInvariants()
    }

    @Test func aDatabaseThatIsNotThereAtTheStart() throws {
        let plant = try Plant()
        let worker = try plant.queue.startWorker(
            [],
            "CONTRAST_CONNECT_TIMEOUT=300ms\n",
            database: "postgresql://x:secret@/nowhere?host=/nonexistent"
        )
        #expect(try worker.waitForExit() == 69)
        let last = try #require(worker.logged.split(separator: "\n").last)
        #expect(last.hasPrefix("contrast-worker: "))
        #expect(!worker.logged.contains("secret"))
    }

    @Test func aDatabaseWithoutTheQueue() throws {
        let plant = try Plant()
        let worker = try plant.queue.startWorker(
            [],
            "",
            database: plant.queue.server.url(database: "postgres")
        )
        #expect(try worker.waitForExit() == 78)
        #expect(worker.logged.contains("contrastctl migrate"))
    }
}
