import Foundation
import Imaging
import Requests
import TestSupport
import Testing

@testable import Evaluation

@Suite struct ZeroShotEvaluationTests {
    private func request(_ text: String) throws -> EvaluationRequest {
        let request = try JobRequest(
            kind: .evaluate,
            payload: JSONValue(parsing: text),
            drawnSeed: 1
        )
        guard case .evaluate(let evaluation) = request else {
            throw RequestError(path: "$", problem: "another kind")
        }
        return evaluation
    }

    /// Runs a small job and returns its painter.
    @discardableResult
    private func run(
        _ text: String = #"{"zero_shot": {"count": 6, "steps": 3}, "seed": 9}"#,
        on host: RecordingHost,
        checkpointInterval: Duration = .seconds(60)
    ) throws -> RenderingPainter {
        let request = try request(text)
        let painter = RenderingPainter(
            seed: request.seed,
            steps: try #require(request.zeroShot).steps
        )
        let pipeline = EvaluationPipeline(
            request: request,
            judge: try Judges.shipped(),
            jobs: [],
            painter: painter,
            checkpointInterval: checkpointInterval
        )
        try pipeline.run(host: host)
        return painter
    }

    /// Chance is 0.1 and 0.125. The shipped judge tells scenes well, classes in half of the pictures.
    @Test func `The shipped judge recognises rendered pictures of captions no training has seen`()
        throws
    {
        let host = try RecordingHost()
        try run(#"{"zero_shot": {"count": 96, "steps": 1}, "seed": 1}"#, on: host)
        let scene = try #require(host.curve("zero_shot/rendered/scene").last)
        let subjectClass = try #require(host.curve("zero_shot/rendered/class").last)
        #expect(scene >= 0.8)
        #expect(subjectClass >= 0.4)
        // A perfect painter is judged as the renderer is.
        #expect(host.curve("zero_shot/generated/scene") == [scene])
        #expect(host.curve("zero_shot/generated/class") == [subjectClass])
        #expect(host.metrics.allSatisfy { $0.step == 96 })
    }

    @Test func `Report, table and sheet tell every answer`() throws {
        let host = try RecordingHost()
        let painter = try run(on: host)
        #expect(painter.painted == Array(9..<15))
        #expect(host.progress.map(\.step) == Array(1...18))
        #expect(host.progress.allSatisfy { $0.steps == 18 })
        #expect(host.outputs("image").count == 6 && host.outputs("rendered").count == 6)
        #expect(host.outputs("image").map(\.content) == host.outputs("rendered").map(\.content))
        let image = try #require(host.outputs("image").first?.output)
        #expect(image.path == "generated/0000.png" && image.metadata["seed"] == 9)
        let report = try JSONValue(decoding: try #require(host.outputs("report").first).content)
        #expect(report["judge"]?["preparation"] == "resize64/bicubic/crop64")
        let zeroShot = try #require(report["zero_shot"])
        #expect(zeroShot["settings"]?["seed"] == 9 && zeroShot["base"]?["name"] == "perfect")
        guard case .array(let rows) = zeroShot["pictures"],
            case .array(let labels) = zeroShot["rendered"]?["scene"]?["labels"]
        else {
            Issue.record("no rows in \(report)")
            return
        }
        #expect(rows.count == 6)
        var correct = 0
        for row in rows where row["scene"] == row["rendered"]?["scene"] { correct += 1 }
        #expect(host.curve("zero_shot/rendered/scene") == [Double(correct) / 6])
        var counted = 0
        for label in labels {
            if case .integer(let count) = label["count"] { counted += count }
        }
        #expect(counted == 6)
        let table = try #require(host.outputs("table").first)
        #expect(String(decoding: table.content, as: UTF8.self).split(separator: "\n").count == 7)
        let sheet = try #require(host.outputs("contact_sheet").first)
        let decoded = try ImageDecoder().decode(Array(sheet.content)).image
        #expect(decoded.width > 12 * 128)
    }

    @Test(arguments: [true, false])
    func `A stopped evaluation goes on with the next picture and ends alike`(_ isKilled: Bool)
        throws
    {
        let whole = try RecordingHost()
        try run(on: whole)
        // Stopped in the middle of the third picture: given back with a checkpoint, or killed after one.
        let stopped = try RecordingHost(
            stoppingAt: (step: 8, reason: isKilled ? .cancelled : .yielded)
        )
        #expect(throws: PipelineInterruption.self) {
            try run(on: stopped, checkpointInterval: isKilled ? .zero : .seconds(60))
        }
        let checkpoint = try #require(stopped.checkpoints.last)
        #expect(checkpoint.step == 6)
        #expect(stopped.outputs.isEmpty)
        let resumed = try RecordingHost(resumingAt: checkpoint)
        let painter = try run(on: resumed)
        #expect(painter.painted == Array(11..<15))
        #expect(resumed.outputs.map(\.output) == whole.outputs.map(\.output))
        #expect(resumed.outputs.map(\.content) == whole.outputs.map(\.content))
        #expect(resumed.metrics == whole.metrics)
    }

    @Test func `Plain prompts, another split and no sheet are settings`() throws {
        let host = try RecordingHost()
        try run(
            """
            {"zero_shot": {"count": 3, "steps": 1, "prompts": "plain"}, "contact_sheet": false}
            """,
            on: host
        )
        #expect(host.outputs("contact_sheet").isEmpty)
        #expect(host.curve("zero_shot/rendered/scene").count == 1)
    }
}
