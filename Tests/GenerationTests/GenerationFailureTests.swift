import CustomContrast
import Foundation
import Imaging
import Requests
import StableDiffusion
import Tensors
import TestSupport
import Testing

@testable import Generation

/// What ends a job with a sentence instead of pictures.
struct GenerationFailureTests {
    private let long = "a photo of a dog" + String(repeating: " with the cat", count: 6)

    /// Weights that are no numbers, or so large that sums of them are not: where it began is told.
    @Test(
        arguments: [
            (
                ModelPart.unet, "mid_block.resnets.0.conv1.weight", Float.nan, "the UNet in step 1",
                "mid_block.resnets.0.conv1"
            ),
            (.unet, "conv_in.bias", .infinity, "the UNet in step 1", "conv_in"),
            (
                .unet, "up_blocks.2.attentions.0.proj_in.weight", 3e38, "the UNet in step 1",
                "up_blocks.2.attentions.0.proj_in"
            ),
            (
                .autoencoder, "decoder.conv_out.bias", .infinity, "the autoencoder",
                "decoder.conv_out"
            ),
            (
                .autoencoder, "post_quant_conv.weight", 3e38, "the autoencoder", "post_quant_conv"
            ),
            (
                .textEncoder, "encoder.layers.1.mlp.fc1.weight", .nan,
                "the text encoder", "text_model.encoder.layers.1.mlp.fc1"
            ),
            (
                .imageEncoder, "vision_model.pre_layrnorm.weight", .nan, "the image encoder",
                "vision_model.pre_layrnorm"
            ),
        ]
    )
    func numbersThatAreNotFinite(
        part: ModelPart,
        key: String,
        value: Float,
        stage: String,
        layer: String
    ) throws {
        let folder = try TinyBase.sd.copy(replacing: [key], of: part, with: value)
        let base = try BaseModel(folder: URL(filePath: folder["base"]), name: "sd")
        let host = try RecordingHost()
        let expected = GenerationError.nonFinite(stage: stage, layer: layer)
        #expect(throws: expected) { try TinyJob(base).run(on: host) }
        #expect(host.outputs.isEmpty)
    }

    /// The adapter's own part in each step, and what is read of a picture before the first one.
    @Test(
        arguments: [
            ("textual_qformer.proj_out", "the conditioning of step 1"),
            ("visual_qformer.proj_out", "the encoding of prompt and subjects"),
        ]
    )
    func anAdapterOfNoNumbers(layer: String, stage: String) throws {
        let job = try TinyJob()
        let parameter = try #require(
            job.adapter?.parameters.first { $0.name == "\(layer).weight" }
        )
        let count = parameter.shape.elementCount
        parameter.update(
            to: Tensor([Float](repeating: .nan, count: count), shape: parameter.shape)
        )
        let host = try RecordingHost()
        #expect(throws: GenerationError.nonFinite(stage: stage, layer: layer)) {
            try job.run(on: host)
        }
        #expect(host.outputs.isEmpty)
    }

    @Test func pictureOfOneColour() throws {
        let keys = ["decoder.conv_out.weight", "decoder.conv_out.bias"]
        let folder = try TinyBase.sd.copy(replacing: keys, of: .autoencoder, with: 0)
        let base = try BaseModel(folder: URL(filePath: folder["base"]), name: "sd")
        let host = try RecordingHost()
        #expect(throws: GenerationError.constantPicture(seed: 7)) {
            try TinyJob(base).run(on: host)
        }
        #expect(host.outputs.isEmpty)
    }

    /// A validation shows it all the same: early in a training it is nothing to give up for.
    @Test func pictureOfOneColourInAValidation() throws {
        let keys = ["decoder.conv_out.weight", "decoder.conv_out.bias"]
        let folder = try TinyBase.sd.copy(replacing: keys, of: .autoencoder, with: 0)
        let base = try BaseModel(folder: URL(filePath: folder["base"]), name: "sd")
        let settings = SamplingSettings(stepCount: 2, guidanceScale: 1)
        var told: [GenerationError] = []
        let picture = try base.picture(
            of: "a dog",
            settings,
            seed: 3,
            constantPicture: { told.append($0) }
        )
        #expect(told == [.constantPicture(seed: 3)])
        #expect(picture.width == base.pictureSide)
        #expect(throws: GenerationError.constantPicture(seed: 3)) {
            try base.picture(of: "a dog", settings, seed: 3)
        }
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
