import CLIP
import CustomContrast
import Foundation
import Layers
import StableDiffusion
import Tensors
import TestSupport

/// Small random models that fit each other.
enum TinyModels {
    /// How many tokens texts have.
    static let textLength = 14

    /// The text side of a base: one encoder 24 wide as Stable Diffusion 1.5 has it, or two, 16 and 8
    /// wide, as SDXL has them.
    static func promptEncoder(stageCount: Int = 1) throws -> PromptEncoder {
        let widths = stageCount == 1 ? [24] : [16, 8]
        let folders = ["published", "padded-with-exclamation"]
        return PromptEncoder(
            stages: try zip(widths, folders).map { width, folder in
                let tokenizer = try CLIPTokenizer(
                    folder: Fixtures.folder("Tokenizer/\(folder)"),
                    length: textLength
                )
                let configuration = CLIPTextConfiguration(
                    vocabularySize: 2514,
                    width: width,
                    intermediateWidth: 32,
                    layerCount: 3,
                    headCount: 2,
                    length: textLength,
                    endToken: tokenizer.endToken,
                    projectionWidth: 6
                )
                let model = try CLIPTextModel(
                    .initializing(seed: UInt64(width), trainable: false),
                    configuration: configuration,
                    projects: stageCount > 1
                )
                return PromptEncoder.Stage(
                    tokenizer: tokenizer,
                    model: model,
                    hiddenState: stageCount == 1 ? .last : .penultimate
                )
            }
        )
    }

    /// A UNet that reads texts 24 wide; the one of the IP-Adapter fixture.
    static func unet() throws -> UNet2DConditionModel {
        let folder = Fixtures.folder("IPAdapter/unet")
        let scope = ParameterScope.loading(from: try SafeTensorsWeights(folder: folder.path))
        let configuration = try UNetConfiguration(
            file: folder.appendingPathComponent("config.json")
        )
        let unet = try UNet2DConditionModel(scope, configuration: configuration)
        try scope.finish()
        return unet
    }

    /// The sizes of adapters for pictures whose features are 12 wide.
    static func configuration(
        _ switches: AblationSwitches = .full,
        layers: [CrossAttentionLayer],
        textWidths: [Int] = [24]
    ) -> CustomContrastConfiguration {
        CustomContrastConfiguration(
            layers: layers,
            textWidths: textWidths,
            imageWidth: 12,
            imageLayerCount: 3,
            visualTokenCount: 3,
            depth: 2,
            spatiotemporal: SpatiotemporalSettings(frequencyCount: 16),
            switches: switches
        )
    }

    /// A fresh adapter for a UNet.
    static func adapter(
        _ switches: AblationSwitches = .full,
        unet: UNet2DConditionModel,
        textWidths: [Int] = [24],
        seed: UInt64 = 11
    ) throws -> SubjectAdapter {
        try SubjectAdapter(
            fresh: .customContrast(
                configuration(
                    switches,
                    layers: unet.crossAttentionLayers,
                    textWidths: textWidths
                )
            ),
            unet: unet,
            seed: seed
        )
    }

    /// Features of pictures as an image encoder with 5 tokens on 4 layers would give them.
    static func imageFeatures(count: Int, seed: UInt64 = 21) -> Tensor {
        .testValues([count, 20, 12], seed: seed)
    }
}
