import Foundation
import JobQueue
import Postgres
import Testing
import WorkerTestSupport

/// What a worker keeps in memory from job to job, and what it does not even begin.
struct MemoryJobTests {
    private static let kept = "is in memory from the job before"

    private func log(of job: Int, in plant: Plant) throws -> [String] {
        try plant.queue.store.logTail(of: job, limit: 100).map(\.text)
    }

    private func generate(_ plant: Plant, base: String = "tiny") throws -> Int {
        try plant.generate(#"{"adapter": null, "subjects": [], "base": "\#(base)"}"#)
    }

    /// Jobs of each base come together, where their order is left open.
    @Test(arguments: [true, false])
    func twoJobsOnABaseLoadItOnce(isOrderOpen: Bool) throws {
        let plant = try Plant()
        if !isOrderOpen {
            try plant.queue.execute(
                "UPDATE contrast.setting SET value = '0' WHERE key = 'max_overtakes'"
            )
        }
        try FileManager.default.copyItem(
            at: plant.models.appending(path: "tiny"),
            to: plant.models.appending(path: "other")
        )
        let bases = ["tiny", "tiny", "other", "tiny"]
        let jobs = try bases.map { try generate(plant, base: $0) }
        let worker = try plant.startWorker(["--drain"])
        #expect(try worker.waitForExit() == 0)
        let wasKept = try jobs.map { job in
            try plant.queue.expectOneWinner(job)
            return try log(of: job, in: plant).contains { $0.contains(Self.kept) }
        }
        // One base is kept, not two.
        #expect(wasKept == [false, true, false, isOrderOpen])
        let order = try jobs.map { try plant.queue.store.attempts(of: $0)[0].token }
        #expect((order[3] < order[2]) == isOrderOpen)
        let pictures = try jobs.map { try plant.files("image", of: $0).map(\.key) }
        #expect(Set(pictures).count == 1)
    }

    /// A base that computes with other numbers is another base, and gives another picture.
    @Test func anotherPrecisionIsAnotherBase() throws {
        let plant = try Plant()
        let jobs = try ["float32", "bfloat16", "bfloat16"].map { precision in
            try plant.generate(
                #"{"adapter": null, "subjects": [], "precision": "\#(precision)", "png_metadata": "none"}"#
            )
        }
        let worker = try plant.startWorker(["--drain"])
        #expect(try worker.waitForExit() == 0)
        let wasKept = try jobs.map { job in
            try plant.queue.expectOneWinner(job)
            return try log(of: job, in: plant).contains { $0.contains(Self.kept) }
        }
        #expect(wasKept == [false, false, true])
        let pictures = try jobs.map { try plant.files("image", of: $0).map(\.value) }
        #expect(pictures[0] != pictures[1])
        #expect(pictures[1] == pictures[2])
    }

    @Test func aBaseThatChangedIsLoadedAgain() throws {
        let plant = try Plant()
        let worker = try plant.startWorker()
        func finish(_ job: Int) throws -> [String] {
            try eventually("job \(job) ends") {
                try plant.queue.store.job(job)?.state == .succeeded
            } else: {
                worker.logged
            }
            return try log(of: job, in: plant)
        }
        #expect(try !finish(generate(plant)).contains { $0.contains(Self.kept) })
        let file = plant.models.appending(path: "tiny/scheduler/scheduler_config.json")
        var text = try String(contentsOf: file, encoding: .utf8)
        text += "\n"
        try text.write(to: file, atomically: true, encoding: .utf8)
        #expect(try !finish(generate(plant)).contains { $0.contains(Self.kept) })
        #expect(try finish(generate(plant)).contains { $0.contains(Self.kept) })
        worker.signal(SIGTERM)
        #expect(try worker.waitForExit() == 0)
    }

    @Test(arguments: ["generate", "train", "pretrain", "evaluate"])
    func whatCannotFitIsRefusedBeforeAnythingIsLoaded(kind: String) throws {
        let plant = try Plant()
        let job =
            switch kind {
            case "train": try plant.train(steps: 2)
            case "pretrain":
                try plant.ask(
                    """
                    enqueue('pretrain', '{"component": "clip", "data": "toys", "max_train_steps": 2}')
                    """
                )
            case "evaluate":
                try plant.ask(
                    """
                    enqueue('evaluate', '{"zero_shot": {}, "base": "tiny", "judge": "tiny"}')
                    """
                )
            default: try generate(plant)
            }
        let worker = try plant.startWorker(["--drain"], "CONTRAST_WORKER_MEMORY=8\n")
        #expect(try worker.waitForExit() == 0)
        let summary = try #require(try plant.queue.store.job(job))
        #expect(summary.state == .failed)
        let text = try log(of: job, in: plant).joined(separator: "\n")
        #expect(text.contains("expected memory for about "))
        #expect(text.contains("found 8 MiB that jobs of this worker may use"))
        #expect(try plant.queue.store.outputs(of: job).isEmpty)
    }
}
