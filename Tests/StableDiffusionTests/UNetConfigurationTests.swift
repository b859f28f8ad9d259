import Foundation
import Layers
import StableDiffusion
import Tensors
import TestSupport
import Testing

/// Configuration files, and the keys and shapes they imply.
@Suite struct UNetConfigurationTests {
    @Test(arguments: [
        ("stable-diffusion-1.5", UNetConfiguration.stableDiffusion15),
        ("stable-diffusion-xl", .stableDiffusionXL),
    ])
    func readsPublishedFiles(name: String, expected: UNetConfiguration) throws {
        let file = Fixtures.folder("UNet/\(name).json")
        #expect(try UNetConfiguration(file: file) == expected)
    }

    /// The oldest files leave out what was added to diffusers later.
    @Test func takesDefaultsForMissingOptions() throws {
        let json = #"{"_class_name": "UNet2DConditionModel", "cross_attention_dim": 768}"#
        var expected = UNetConfiguration.stableDiffusion15
        expected.sampleSize = nil
        let decoded = try JSONDecoder().decode(UNetConfiguration.self, from: Data(json.utf8))
        #expect(decoded == expected)
    }

    /// Every key and shape of the published architectures, and IP-Adapter's numbers of their layers.
    @Test(arguments: [
        ("stable-diffusion-1.5", UNetConfiguration.stableDiffusion15, 686, 859_520_964, 16, 16),
        ("stable-diffusion-xl", .stableDiffusionXL, 1680, 2_567_463_684, 70, 11),
    ])
    func hasThePublishedKeys(
        name: String,
        configuration: UNetConfiguration,
        tensorCount: Int,
        valueCount: Int,
        layerCount: Int,
        groupCount: Int
    ) throws {
        let source = try BlankWeights(list: Fixtures.folder("UNet/\(name).txt"))
        let scope = ParameterScope.loading(from: source)
        let model = try UNet2DConditionModel(scope, configuration: configuration)
        try scope.finish()
        #expect(scope.parameters.count == tensorCount)
        #expect(scope.parameters.reduce(0) { $0 + $1.shape.elementCount } == valueCount)
        let layers = model.crossAttentionLayers
        #expect(layers.map(\.executionIndex) == Array(0..<layerCount))
        #expect(Set(layers.map(\.groupIndex)) == Set(0..<groupCount))
        #expect(
            Dictionary(uniqueKeysWithValues: layers.map { ($0.key, $0.registrationIndex) })
                == source.numbers
        )
        let stages = ["down_blocks", "mid_block", "up_blocks"].filter { stage in
            layers.contains { $0.key.hasPrefix(stage) }
        }
        let order = layers.compactMap { layer in
            stages.firstIndex { layer.key.hasPrefix($0) }
        }
        #expect(order == order.sorted(), "down, middle, up")
    }

    @Test(arguments: [
        (
            #"{"num_attention_heads": 8}"#,
            "num_attention_heads is 8.0, which is not supported; use null."
        ),
        (
            #"{"down_block_types": ["AttnDownBlock2D"], "up_block_types": ["UpBlock2D"]}"#,
            "down_block_types is AttnDownBlock2D, which is not supported; "
                + "use DownBlock2D and CrossAttnDownBlock2D."
        ),
        (
            #"{"block_out_channels": [32, 64]}"#,
            "block_out_channels is [32, 64], which is not supported; use one number per block, 4."
        ),
        (
            #"{"brand_new_option": 1}"#,
            "UNet option brand_new_option is set, which is not supported; use a UNet without it."
        ),
        (#"{"act_fn": "gelu"}"#, "act_fn is gelu, which is not supported; use silu."),
        (
            #"{"class_embed_type": "timestep"}"#,
            "class_embed_type is timestep, which is not supported; use null."
        ),
        (
            #"{"addition_embed_type": "text_image"}"#,
            "addition_embed_type is text_image, which is not supported; use null or text_time."
        ),
        (
            #"{"_class_name": "UNet3DConditionModel"}"#,
            "_class_name is UNet3DConditionModel, which is not supported; use UNet2DConditionModel."
        ),
    ])
    func refusesWhatItDoesNotKnow(json: String, sentence: String) throws {
        let error = #expect(throws: ModelFileError.self) {
            try JSONDecoder().decode(UNetConfiguration.self, from: Data(json.utf8))
        }
        #expect(error?.description == sentence)
    }

    @Test(arguments: [
        #"{"norm_num_groups": 7}"#, #"{"attention_head_dim": 0}"#, #"{"norm_num_groups": 0}"#,
        #"{"layers_per_block": [2, 2, 2, -1]}"#, #"{"attention_head_dim": [8, 8, 8, 7]}"#,
        #"{"in_channels": 0}"#, #"{"sample_size": [64, 96]}"#,
        #"{"addition_embed_type": "text_time"}"#,
    ])
    func refusesSizesThatDoNotFit(json: String) throws {
        #expect(throws: ModelFileError.self) {
            try JSONDecoder().decode(UNetConfiguration.self, from: Data(json.utf8))
        }
    }
}
