import CLIP
import Foundation
import Layers
import StableDiffusion
import Tensors
import TestSupport
import Testing

@testable import CustomContrast

/// Published adapter files against diffusers (scripts/fixtures/ip_adapter.py).
struct IPAdapterTests {
    private let reference: SafeTensorsWeights
    private let unet: UNet2DConditionModel

    init() throws {
        reference = try Fixtures.weights("IPAdapter/reference.safetensors")
        unet = try TinyModels.unet()
    }

    private func adapter(_ name: String) throws -> SubjectAdapter {
        try AdapterFile(path: Fixtures.folder("IPAdapter/\(name).safetensors").path)
            .adapter(layers: unet.crossAttentionLayers)
    }

    @Test(arguments: [("ip-adapter-plus", "hidden_state"), ("ip-adapter", "image_embeds")])
    func makesTheTokensOfDiffusers(name: String, input: String) throws {
        let encoder = try adapter(name).encoder
        let features = encoder(encoder.media(try reference.tensor(input)), timesteps: [1, 1])
        expectClose(
            try #require(features.subjectTokens),
            try reference.tensor("\(name).tokens")
        )
        #expect(!encoder.dependsOnTimestep)
    }

    @Test(arguments: [("ip-adapter-plus", "hidden_state"), ("ip-adapter", "image_embeds")])
    func conditionsTheUNetAsDiffusersDoes(name: String, input: String) throws {
        let adapter = try adapter(name)
        let encoder = adapter.encoder
        let features = encoder(encoder.media(try reference.tensor(input)), timesteps: [1, 1])
        let tokens = try #require(features.subjectTokens)
        let keysAndValues = try #require(adapter.crossAttention).keysAndValues(of: tokens)
        let context = CrossAttentionContext(
            text: [try reference.tensor("encoder_hidden_states")],
            visual: keysAndValues.map {
                [AttentionStream(keys: $0.keys, values: $0.values, scale: 0.6, mask: nil)]
            },
            placeholders: [],
            recorder: nil
        )
        let sample = try reference.tensor("sample").transposed(0, 2, 3, 1)
        let output = unet(sample, timesteps: [981, 21], context: context, added: nil)
        expectClose(output.transposed(0, 3, 1, 2), try reference.tensor("\(name).sample"))
    }

    @Test func readsTheSizesOffTheTensors() throws {
        let plus = try AdapterFile(
            path: Fixtures.folder("IPAdapter/ip-adapter-plus.safetensors").path
        )
        #expect(
            plus.design
                == .ipAdapterPlus(
                    QFormerDimensions(
                        imageWidth: 12,
                        width: 16,
                        heads: HeadLayout(count: 1),
                        outputWidth: 24
                    ),
                    tokenCount: 3
                )
        )
        let plain = try AdapterFile(path: Fixtures.folder("IPAdapter/ip-adapter.safetensors").path)
        #expect(plain.design == .ipAdapter(embeddingWidth: 10, tokenCount: 4, outputWidth: 24))
    }

    /// A fresh one has the keys and shapes of the published file, and comes back value for value.
    @Test(arguments: ["ip-adapter-plus", "ip-adapter"])
    func writesThePublishedLayout(name: String) throws {
        let published = try Fixtures.weights("IPAdapter/\(name).safetensors")
        let design: AdapterDesign =
            name == "ip-adapter"
            ? .ipAdapter(embeddingWidth: 10, tokenCount: 4, outputWidth: 24)
            : .ipAdapterPlus(
                QFormerDimensions(
                    imageWidth: 12,
                    width: 16,
                    heads: HeadLayout(count: 1),
                    outputWidth: 24
                ),
                tokenCount: 3
            )
        let adapter = try SubjectAdapter(fresh: design, unet: unet, seed: 5)
        let folder = try TemporaryFolder()
        let path = folder["adapter.safetensors"]
        let metadata = AdapterMetadata(
            configuration: nil,
            baseHash: "1f",
            imageEncoderHash: "2e",
            steps: 7
        )
        try AdapterFile.write(adapter, metadata: metadata, to: path)
        let written = try SafeTensorsWeights(file: path)
        #expect(written.keys == published.keys)
        for key in published.keys {
            #expect(written.shape(of: key) == published.shape(of: key), "\(key)")
        }
        let file = try AdapterFile(path: path)
        #expect(file.design == design && file.metadata == metadata)
        #expect(throws: AdapterError.self) {
            try file.check(baseHash: "3d", imageEncoderHash: "2e")
        }
        let loaded = try file.adapter(layers: unet.crossAttentionLayers, trainable: true)
        #expect(loaded.trainableParameters.map(\.name) == adapter.trainableParameters.map(\.name))
        for (mine, theirs) in zip(loaded.parameters, adapter.parameters) {
            expectClose(mine.tensor, theirs.tensor, relativeTolerance: 0, mine.name)
        }
    }

    /// The sizes of the published files, from the widths of their bases.
    @Test(arguments: [(768, 12), (2048, 20)])
    func isBuiltAsThePublishedOnes(textWidth: Int, heads: Int) {
        let design = AdapterDesign.ipAdapterPlus(
            imageWidth: 1280,
            textWidth: textWidth,
            tokenCount: 16
        )
        let dimensions = QFormerDimensions(
            imageWidth: 1280,
            width: min(textWidth, 1280),
            heads: HeadLayout(count: heads),
            depth: 4,
            outputWidth: textWidth
        )
        #expect(design == .ipAdapterPlus(dimensions, tokenCount: 16))
    }

    @Test func refusesOtherFiles() throws {
        let path = Fixtures.folder("MFIEncoder/model.safetensors").path
        #expect(throws: AdapterError.unknownKind(path: path)) { try AdapterFile(path: path) }
    }

    /// An adapter for another UNet has other layers.
    @Test func refusesAnotherUNet() throws {
        let file = try AdapterFile(path: Fixtures.folder("IPAdapter/ip-adapter.safetensors").path)
        #expect(throws: WeightError.self) {
            try file.adapter(layers: Array(unet.crossAttentionLayers.dropLast()))
        }
    }

    /// The commonest mistake with IP-Adapter files: an image encoder of another size.
    @Test(arguments: ["ip-adapter-plus", "ip-adapter"])
    func refusesAnotherImageEncoder(name: String) throws {
        let encoder = try adapter(name).encoder
        let model = try CLIPVisionModel(
            .initializing(seed: 1),
            configuration: CLIPVisionConfiguration(
                file: Fixtures.folder("CLIP/vision").appendingPathComponent("config.json")
            )
        )
        #expect(throws: AdapterError.self) { try encoder.blankFeatures(model) }
    }
}
