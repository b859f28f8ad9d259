import Foundation
import Imaging
import Requests
import TestSupport
import Testing

@testable import Generation

/// Whole jobs on a small base: which pictures come out.
struct GenerationPipelineTests {
    @Test(arguments: TinyBase.allCases)
    func picturesAreTheSameAloneAndTogether(base: TinyBase) throws {
        let job = try TinyJob(base)
        let together = try job.pictures(["count": 3])
        #expect(together.count == 3)
        #expect(Set(together).count == 3)
        for index in 0..<3 {
            #expect(try job.pictures(["seed": .integer(7 + index)]) == [together[index]])
        }
    }

    @Test func laterPromptsTakeLaterSeeds() throws {
        let job = try TinyJob()
        let prompts: JSONValue = ["a photo of a dog", "a dog on the beach"]
        let both = try job.pictures(["prompt": nil, "prompts": prompts, "count": 2])
        #expect(both.count == 4)
        #expect(try job.pictures(["prompt": "a dog on the beach", "seed": 10]) == [both[3]])
    }

    @Test(arguments: ["philox", "torch"])
    func aSeedMeansTheSameBytes(stream: String) throws {
        let job = try TinyJob()
        let once = try job.pictures(["rng": .string(stream)])
        #expect(try job.pictures(["rng": .string(stream)]) == once)
        #expect(try job.pictures(["rng": .string(stream), "seed": 8]) != once)
    }

    /// The same picture but for tones, which each tile of a decoder of random weights finds for itself (what
    /// tiles are exactly is held against diffusers elsewhere): nothing of it moves.
    @Test func tilesMakeAlmostTheSamePicture() throws {
        let job = try TinyJob()
        let size: [String: JSONValue] = ["width": 96, "height": 64]
        let whole = try picture(job.run(size))
        let host = try job.run(size, tileSide: 8)
        #expect(host.logs.contains { $0.contains("in tiles of") })
        let tiled = try picture(host)
        #expect((whole.width, whole.height) == (tiled.width, tiled.height))
        let difference = meanDifference(whole, tiled)
        #expect(difference > 0 && difference < 17)
        // Another seed's picture, and this one moved by two pixels.
        let others = [
            try picture(job.run(size.merging(["seed": 8]) { $1 })),
            whole.cropped(to: PixelRectangle(x: 2, y: 0, width: 94, height: 64)),
        ]
        let (seed, moved) = (
            meanDifference(whole, others[0]),
            meanDifference(
                whole.cropped(to: PixelRectangle(x: 0, y: 0, width: 94, height: 64)),
                others[1]
            )
        )
        #expect(4 * difference < seed && 2 * difference < moved)
    }

    /// The first picture of a job.
    private func picture(_ host: RecordingHost) throws -> RGBImage {
        let content = try #require(host.outputs("image").first).content
        return try ImageDecoder().decode(Array(content)).image
    }

    /// The mean absolute difference of two pictures' values, 0…255.
    private func meanDifference(_ one: RGBImage, _ other: RGBImage) -> Double {
        let sum = zip(one.pixels, other.pixels).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
        return Double(sum) / Double(one.pixels.count)
    }

    @Test func samplersDiffer() throws {
        let job = try TinyJob()
        let samplers = ["ddim", "euler", "dpmpp_2m", "pndm"]
        let pictures = try samplers.flatMap { try job.pictures(["sampler": .string($0)]) }
        #expect(Set(pictures).count == 4)
    }

    /// PNDM asks the UNet once more than it has steps.
    @Test func progressEndsAtItsEnd() throws {
        let host = try TinyJob().run(["sampler": "pndm", "count": 2])
        #expect(host.progress.map(\.step) == Array(1...8))
        #expect(host.progress.allSatisfy { $0.steps == 8 })
    }

    /// Everything that a request can turn shows in the picture.
    @Test func optionsCount() throws {
        let job = try TinyJob()
        let plain = try job.pictures()
        for (option, value): (String, JSONValue) in [
            ("negative_prompt", "blurry"), ("guidance_scale", 3), ("guidance_scale", 1),
            ("steps", 4), ("method", "text_only"), ("prompt", "a red dog"), ("height", 48),
        ] {
            #expect(try job.pictures([option: value]) != plain, "\(option)")
        }
        var weaker = job
        weaker.subjects = [try TinyBase.subject("dog", scale: 0.5)]
        #expect(try weaker.pictures() != plain)
    }

    @Test(arguments: TinyBase.allCases)
    func textAloneNeedsNoAdapter(base: TinyBase) throws {
        var job = try TinyJob(base)
        let textOnly = try job.pictures(["method": "text_only"])
        job.adapter = nil
        job.subjects = []
        #expect(try job.pictures(["adapter": nil, "subjects": []]) == textOnly)
        let picture = try ImageDecoder().decode(Array(textOnly[0])).image
        #expect(picture.width == 32 && picture.height == 32)
    }

    @Test func severalSubjectsShareAPicture() throws {
        var job = try TinyJob()
        job.subjects = [try TinyBase.subject("dog"), try TinyBase.subject("cat")]
        let payload: [String: JSONValue] = [
            "prompt": "a photo of a dog and a cat", "save_masks": true,
            "subjects": [
                ["class": "dog", "images": ["dog.png"]], ["class": "cat", "images": ["cat.png"]],
            ],
        ]
        let host = try job.run(payload)
        #expect(
            host.outputs("location_mask").map(\.output.path) == [
                "masks/0000_s7_subject1.png", "masks/0000_s7_subject2.png",
            ]
        )
        let masks = try host.outputs("location_mask").map {
            try ImageDecoder().decode(Array($0.content)).image
        }
        #expect(masks.allSatisfy { $0.width == 8 && $0.height == 8 })
        let bare = payload.merging(["save_masks": false, "location_mask": false]) { $1 }
        #expect(try job.pictures(bare) != job.pictures(payload))
    }

    @Test func progressCountsEveryStep() throws {
        let host = try TinyJob().run(["count": 2])
        #expect(host.progress.map(\.step) == [1, 2, 3, 4, 5, 6])
        #expect(host.progress.allSatisfy { $0.steps == 6 })
    }

    @Test(arguments: [PipelineInterruption.cancelled, .yielded])
    func stopsAtAStep(reason: PipelineInterruption) throws {
        let host = try RecordingHost(stoppingAt: (4, reason))
        let job = try TinyJob()
        #expect(throws: reason) { try job.run(["count": 2], on: host) }
        #expect(host.outputs.map(\.output.role) == ["image"])
    }
}
