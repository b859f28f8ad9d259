import Digests
import Foundation
import JobQueue
import Postgres
import Requests
import TestSupport
import Testing
import WorkerTestSupport

/// Pictures and their scores through the queue, with the models that this repository ships.
struct EvaluationJobTests {
    private static let pretrained = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Sources/SmallWorld/Pretrained/small-world")

    /// A plant that has the small world's base too.
    private func plant() throws -> Plant {
        let plant = try Plant()
        try FileManager.default.copyItem(
            at: Self.pretrained,
            to: plant.models.appending(path: "small-world")
        )
        return plant
    }

    private func report(of job: Int, in plant: Plant) throws -> JSONValue {
        let file = try #require(try plant.files("report", of: job)["report.json"])
        return try JSONValue(decoding: file)
    }

    /// A judge and a base by the name under which they are registered; `show` tells what they were.
    @Test func registeredModelsAreKnownByName() throws {
        let plant = try plant()
        let weights = plant.models.appending(
            path: "small-world/unet/diffusion_pytorch_model.safetensors"
        )
        func register(_ sha256: String) throws {
            try plant.queue.execute(
                """
                SELECT contrast.add_model('world', 'small-world', 'a base',
                    '[{"path": "unet/diffusion_pytorch_model.safetensors", "bytes": 1,
                       "sha256": "\(sha256)"}]', replace => true)
                """
            )
        }
        let hash = try SHA256.digest(of: weights).description
        try register(hash)
        let fields = #"{"judge": "world", "base": "world", "zero_shot": {"count": 1, "steps": 1}}"#
        let scores = try plant.ask("enqueue('evaluate', \(fields))")
        let pretraining = try plant.ask(
            """
            enqueue('pretrain', '{"component": "clip", "base": "world", "data": "toys",
                "max_train_steps": 1, "train_batch_size": 2, "validation_steps": 0}')
            """
        )
        let worker = try plant.startWorker(["--drain"])
        #expect(try worker.waitForExit() == 0)
        try plant.queue.expectOneWinner(scores)
        try plant.queue.expectOneWinner(pretraining)
        let models = try plant.queue.store.models(of: scores)
        #expect(Set(models.map(\.role)) == ["base", "judge"])
        #expect(models.allSatisfy { $0.name == "world" })
        #expect(models.first { $0.role == "base" }?.sha256 == hash)
        #expect(try plant.queue.store.models(of: pretraining).map(\.role) == ["start"])

        try register(String(repeating: "0", count: 64))
        let refused = try plant.ask("enqueue('evaluate', \(fields))")
        let second = try plant.startWorker(["--drain"])
        #expect(try second.waitForExit() == 0)
        let failure = try plant.queue.store.attempts(of: refused).last?.failure
        #expect(failure?.text.contains("of the model world to have the sha256") == true)
    }

    @Test func picturesOfAGenerateJobAreScored() throws {
        let plant = try plant()
        try FileManager.default.copyItem(
            at: Fixtures.folder("DINOv2/plain"),
            to: plant.models.appending(path: "dino")
        )
        let pictures = try plant.ask(
            """
            enqueue_generate('a photo of a {subject} on the beach', class => 'dog',
                images => '{dog.png}', method => 'text_only', count => 2, steps => 2, seed => 7)
            """
        )
        let scores = try plant.ask(
            """
            enqueue_evaluate(ARRAY[\(pictures)::bigint], zero_shot => '{"count": 3, "steps": 2}',
                seed => 4, options =>
                    '{"metrics": ["clip_t", "clip_i", "dino"], "dino_judge": "dino"}')
            """
        )
        // It waits for the pictures by itself.
        #expect(try plant.queue.store.job(scores)?.state == .waiting)
        let worker = try plant.startWorker(["--drain"])
        #expect(try worker.waitForExit() == 0)
        try plant.queue.expectOneWinner(scores)
        let roles = try plant.queue.store.outputs(of: scores).map(\.role)
        #expect(Set(roles) == ["table", "contact_sheet", "image", "rendered", "report", "request"])
        #expect(roles.count { $0 == "image" } == 3)
        let points = try plant.queue.store.metrics(of: scores)
        #expect(points.filter { $0.name == "clip_t" }.map(\.step) == [0, 1])
        #expect(points.filter { $0.name == "clip_i" }.count == 2)
        let likeness = points.filter { $0.name == "dino" }.map(\.value)
        #expect(likeness.count == 2 && likeness.allSatisfy { abs($0) <= 1 })
        #expect(try plant.queue.store.models(of: scores).contains { $0.role == "dino_judge" })
        #expect(points.contains { $0.name == "zero_shot/rendered/scene" && $0.step == 3 })
        let report = try report(of: scores, in: plant)
        guard case .array(let rows) = report["scores"]?["pictures"] else {
            Issue.record("no pictures in \(report)")
            return
        }
        #expect(rows.map { $0["path"] } == ["images/0000_s7.png", "images/0001_s8.png"])
        #expect(rows[0]["prompt"] == "a photo of a dog on the beach")
    }

    @Test func anEvaluationThatWasGivenBackGoesOn() throws {
        let plant = try plant()
        func evaluate() throws -> Int {
            try plant.ask(
                """
                enqueue_evaluate(seed => 4, options => '{"contact_sheet": false}', zero_shot =>
                    '{"count": 24, "steps": 6, "prompts": "plain"}')
                """
            )
        }
        let job = try evaluate()
        let first = try plant.startWorker()
        try eventually("some pictures") { (try plant.queue.store.job(job)?.step ?? 0) >= 6 }
        first.signal(SIGTERM)
        #expect(try first.waitForExit() == 0)
        #expect(try plant.queue.store.attempts(of: job).map(\.outcome) == [.yielded])
        let again = try evaluate()
        let second = try plant.startWorker(["--drain"])
        #expect(try second.waitForExit() == 0)
        try plant.queue.expectOneWinner(job)
        let resumed = try #require(try plant.queue.store.attempts(of: job).last?.resumedStep)
        #expect(resumed >= 6 && resumed.isMultiple(of: 6))
        #expect(try report(of: job, in: plant) == report(of: again, in: plant))
        #expect(try plant.files("image", of: job) == plant.files("image", of: again))
    }

    @Test func aJobWithoutPicturesIsSaidSo() throws {
        let plant = try plant()
        let data = try plant.ask("enqueue_prepare('toys', subjects => 1, views => 1, seed => 1)")
        let scores = try plant.ask("enqueue_evaluate(ARRAY[\(data)::bigint])")
        let worker = try plant.startWorker(["--drain"])
        #expect(try worker.waitForExit() == 0)
        let attempt = try #require(try plant.queue.store.attempts(of: scores).first)
        #expect(attempt.failure?.failureClass == .permanent)
        #expect(
            attempt.failure?.text.hasPrefix(
                "$.jobs: expected generate jobs with pictures, found job \(data)"
            ) == true,
            "\(attempt)"
        )
    }
}
