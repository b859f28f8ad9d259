import Foundation
import JobQueue
import Testing
import WorkerTestSupport

/// What a training and a generation make when nothing happens to them: what each disturbed one is held against.
struct Undisturbed {
    static let stepCount = 120
    /// Fields of the generation: enough pictures and steps to be disturbed in the middle.
    static let generation = #"{"count": 12, "steps": 30, "png_metadata": "parameters"}"#

    /// Made once in a run.
    static let shared = Result { try Undisturbed() }

    /// The adapter's file.
    let adapter: Data
    /// The pictures, contact sheet and request by their paths.
    let pictures: [String: Data]

    private init() throws {
        let plant = try Plant()
        let training = try plant.train(steps: Undisturbed.stepCount)
        let worker = try plant.startWorker(["--drain"])
        #expect(try worker.waitForExit() == 0)
        try plant.queue.expectOneWinner(training)
        adapter = try #require(try plant.files("adapter", of: training)["adapter.safetensors"])
        try plant.install(adapter: adapter)
        let generation = try plant.generate(Undisturbed.generation)
        let second = try plant.startWorker(["--drain"])
        #expect(try second.waitForExit() == 0)
        pictures = try Undisturbed.pictures(of: generation, in: plant)
    }

    /// All a finished generation has made, after a look at its rows.
    static func pictures(of job: Int, in plant: Plant) throws -> [String: Data] {
        try plant.queue.expectOneWinner(job)
        return try ["image", "contact_sheet", "request"].reduce(into: [:]) { files, role in
            files.merge(try plant.files(role, of: job)) { first, _ in first }
        }
    }
}
