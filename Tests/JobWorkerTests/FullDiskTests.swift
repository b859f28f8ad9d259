import Foundation
import JobQueue
import Testing
import WorkerTestSupport

/// Fault 17: a disk that fills up between two checkpoints.
@Suite(.serialized)
struct FullDiskTests {
    @Test(.enabled(if: SmallDisk.isPossible, "only root may mount a small file system"))
    func theCheckpointBeforeIsStillGood() throws {
        let queue = try FaultQueue()
        let outputs = queue.folder.appending(path: "outputs")
        let disk = try SmallDisk(at: outputs, kibibytes: 4000)
        defer { disk.remove() }
        let job = try queue.count(to: 120, ["slow", "write 400000"])
        let worker = try queue.startWorker()
        try eventually("a checkpoint") { try queue.checkpointStep(job) >= 20 }
        let filler = outputs.appending(path: "filler")
        // As much as there is room for.
        _ = FileManager.default.createFile(atPath: filler.path, contents: nil)
        let handle = try FileHandle(forWritingTo: filler)
        while (try? handle.write(contentsOf: Data(count: 4096))) != nil {}
        try handle.close()
        try eventually("an attempt fails") {
            try queue.store.attempts(of: job).first?.outcome == .failed
        }
        let failure = try #require(try queue.store.attempts(of: job).first?.failure)
        #expect(failure.failureClass == .resource)
        #expect(failure.text.contains("found the disk full; free some space"))
        let saved = try queue.checkpointStep(job)
        try FileManager.default.removeItem(at: filler)
        try queue.waitForState(.succeeded, of: job)
        try queue.expectOneWinner(job, steps: 120)
        let attempts = try queue.store.attempts(of: job)
        #expect(attempts.last?.resumedStep == saved, "no step is lost")
        #expect(worker.isRunning)
        worker.kill()
        try queue.expectInvariants()
    }
}
