import Foundation
import Imaging
import Layers
import Requests
import Tensors
import TestSupport
import Testing

@testable import Evaluation

@Suite struct PictureEvaluationTests {
    private func run(_ text: String, on host: RecordingHost, referenced: Bool = true) throws {
        let payload = try JSONValue(parsing: text)
        let request = try JobRequest(kind: .evaluate, payload: payload, drawnSeed: 1)
        guard case .evaluate(let request) = request else { return }
        let images = try Judges.pictures()
        let prompts = ["a photo of a dog on the beach", "a photo of the cat"]
        let jobs = request.jobs.map { number in
            EvaluatedJob(
                number: number,
                references: referenced && number == 4 ? [images[1], images[2]] : [],
                pictures: prompts.enumerated().map { index, prompt in
                    EvaluatedPicture(
                        path: "images/000\(index)_s\(7 + index).png",
                        prompt: prompt,
                        seed: 7 + index
                    ) { images[0] }
                }
            )
        }
        let pipeline = EvaluationPipeline(
            request: request,
            judge: try Judges.tiny(),
            dinoJudge: request.dinoJudge == nil ? nil : try Judges.tinyDINO(),
            jobs: jobs,
            painter: nil
        )
        try pipeline.run(host: host)
    }

    @Test func `Likeness by DINOv2 is what transformers finds`() throws {
        let host = try RecordingHost()
        try run(#"{"jobs": [4, 5], "metrics": ["dino"], "dino_judge": "tiny"}"#, on: host)
        let cosines = try Fixtures.tensors("DINOv2/plain/pictures.safetensors")
            .tensor("cosines").values
        // The first picture, and the mean of its cosines to the two others.
        let likeness = (cosines[1] + cosines[2]) / 2
        expectClose(host.curve("dino").map(Float.init), [likeness, likeness])
        expectClose(host.curve("dino/mean").map(Float.init), [likeness])
        #expect(host.curve("clip_t").isEmpty && host.curve("clip_i").isEmpty)
        let report = try JSONValue(decoding: try #require(host.outputs("report").first).content)
        #expect(report["dino_judge"]?["preparation"] == "resize48/bicubic/crop42")
    }

    @Test func `Pictures of jobs get the cosines that transformers finds`() throws {
        let host = try RecordingHost()
        try run(#"{"jobs": [4, 5]}"#, on: host)
        let reference = try Fixtures.tensors("Evaluation/reference.safetensors")
        let texts = try reference.tensor("picture_text").values
        let pictures = try reference.tensor("picture_picture").values
        expectClose(host.curve("clip_t").map(Float.init), [texts[0], texts[1], texts[0], texts[1]])
        let likeness = (pictures[1] + pictures[2]) / 2
        // Job 5 has no references: it takes no part in the mean.
        expectClose(host.curve("clip_i").map(Float.init), [likeness, likeness])
        expectClose(host.curve("clip_i/mean").map(Float.init), [likeness])
        expectClose(host.curve("clip_t/mean").map(Float.init), [(texts[0] + texts[1]) / 2])
        #expect(host.metrics.filter { $0.name == "clip_t/job" }.map(\.step) == [4, 5])
        #expect(host.metrics.filter { $0.name == "clip_i/job" }.map(\.step) == [4])
        #expect(host.warnings.isEmpty)
        #expect(host.progress.last?.step == 4 && host.progress.last?.steps == 4)

        let report = try JSONValue(decoding: try #require(host.outputs("report").first).content)
        guard case .array(let rows) = report["scores"]?["pictures"] else {
            Issue.record("no pictures in \(report)")
            return
        }
        #expect(rows.count == 4 && rows[3]["job"] == 5 && rows[3]["clip_i"] == nil)
        #expect(rows[1]["seed"] == 8 && rows[1]["prompt"] == "a photo of the cat")
        let table = String(
            decoding: try #require(host.outputs("table").first).content,
            as: UTF8.self
        )
        #expect(
            table.hasPrefix("job,path,seed,prompt,clip_t,clip_i\n4,images/0000_s7.png,7,a photo")
        )
        #expect(host.outputs("contact_sheet").count == 1)
    }

    @Test func `Pictures without references are said to have no CLIP-I`() throws {
        let host = try RecordingHost()
        try run(#"{"jobs": [4], "metrics": ["clip_i"]}"#, on: host, referenced: false)
        #expect(
            host.warnings == [
                "None of the pictures has reference pictures, so there is no clip_i."
            ]
        )
        #expect(host.metrics.isEmpty)
    }

    @Test func `A cancelled evaluation stops`() throws {
        let host = try RecordingHost(stoppingAt: (step: 2, reason: .cancelled))
        #expect(throws: PipelineInterruption.cancelled) {
            try run(#"{"jobs": [4, 5, 6]}"#, on: host)
        }
        #expect(host.outputs.isEmpty)
    }
}
