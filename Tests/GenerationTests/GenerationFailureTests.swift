import Requests
import StableDiffusion
import TestSupport
import Testing

@testable import Generation

/// What ends a job with a sentence instead of pictures.
struct GenerationFailureTests {
    private let long = "a photo of a dog" + String(repeating: " with the cat", count: 6)

    @Test func numbersOverflowInTheUNet() throws {
        let base = try TinyBase.sd.load(replacing: ["conv_out.bias"], of: .unet, with: .nan)
        let host = try RecordingHost()
        #expect(throws: GenerationError.nonFinite(stage: "the UNet in step 1")) {
            try TinyJob(base).run(on: host)
        }
        #expect(host.outputs.isEmpty)
    }

    @Test func numbersOverflowInTheAutoencoder() throws {
        let key = "decoder.conv_out.bias"
        let base = try TinyBase.sd.load(replacing: [key], of: .autoencoder, with: .infinity)
        let host = try RecordingHost()
        #expect(throws: GenerationError.nonFinite(stage: "the autoencoder")) {
            try TinyJob(base).run(on: host)
        }
        #expect(host.outputs.isEmpty)
    }

    @Test func pictureOfOneColour() throws {
        let keys = ["decoder.conv_out.weight", "decoder.conv_out.bias"]
        let base = try TinyBase.sd.load(replacing: keys, of: .autoencoder, with: 0)
        let host = try RecordingHost()
        #expect(throws: GenerationError.constantPicture(seed: 7)) {
            try TinyJob(base).run(on: host)
        }
        #expect(host.outputs.isEmpty)
    }

    /// The small text encoder reads 20 tokens, both ends included; each word here is one.
    @Test func longPromptWarns() throws {
        let host = try TinyJob().run(["prompt": .string(long)])
        #expect(
            host.warnings == [
                """
                The prompt "\(long)" has more than the 20 tokens that the text encoder reads, so \
                these words have no effect: the cat with the cat; shorten it.
                """
            ]
        )
        #expect(host.outputs("image").count == 1)
        #expect(try TinyJob().run().warnings.isEmpty)
    }

    @Test func longPromptFailsOnRequest() throws {
        let host = try RecordingHost()
        #expect(
            throws: GenerationError.promptTooLong(
                prompt: long,
                length: 20,
                lostWords: ["the", "cat", "with", "the", "cat"]
            )
        ) {
            try TinyJob().run(["prompt": .string(long), "prompt_overflow": "error"], on: host)
        }
        #expect(host.outputs.isEmpty)
    }

    @Test func adapterOfAnotherKind() throws {
        var job = try TinyJob()
        func refuses(_ asked: String, found: String, _ members: [String: JSONValue] = [:]) {
            let members = members.merging(["method": .string(asked)]) { $1 }
            #expect(throws: GenerationError.otherMethod(asked: asked, found: found)) {
                try job.run(members)
            }
        }
        refuses("ip-adapter", found: "customcontrast")
        job.adapter = try TinyBase.sd.ipAdapter(for: job.base)
        refuses("customcontrast", found: "ip-adapter-plus")
        refuses("ip-adapter", found: "ip-adapter-plus")
        job.subjects = []
        refuses("customcontrast", found: "ip-adapter-plus", ["subjects": []])
    }

    @Test func sizeThatTheBaseCannotDraw() throws {
        let expected = GenerationError.unsupportedSize(width: 40, height: 32, multiple: 16)
        #expect(throws: expected) { try TinyJob().run(["width": 40]) }
        #expect(
            expected.description == """
                A picture of this base needs sides that are multiples of 16, but 40×32 was asked \
                for; choose the nearest multiple.
                """
        )
    }
}
