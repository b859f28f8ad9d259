internal import CLIP
package import CustomContrast
internal import Foundation
internal import Layers
package import StableDiffusion

extension ModelFolder {
    /// Loads the UNet; tensors that nothing asked for are refused.
    package func loadUNet() throws -> UNet2DConditionModel {
        let folder = try folder(of: .unet)
        let scope = ParameterScope.loading(from: try SafeTensorsWeights(folder: folder.path))
        let unet = try UNet2DConditionModel(
            scope,
            configuration: UNetConfiguration(file: folder.appending(path: "config.json"))
        )
        try scope.finish()
        return unet
    }
}

extension PromptEncoder {
    /// Loads the text encoders of a base with their tokenizers.
    package init(folder: ModelFolder) throws {
        func stage(
            _ tokenizer: ModelPart,
            _ model: ModelPart,
            _ hiddenState: HiddenState
        ) throws -> Stage {
            Stage(
                tokenizer: try CLIPTokenizer(folder: folder.folder(of: tokenizer)),
                model: try CLIPTextModel(folder: folder.folder(of: model)),
                hiddenState: hiddenState
            )
        }
        switch folder.family {
        case .stableDiffusion:
            self.init(stages: [try stage(.tokenizer, .textEncoder, .last)])
        case .stableDiffusionXL:
            self.init(stages: [
                try stage(.tokenizer, .textEncoder, .penultimate),
                try stage(.secondTokenizer, .secondTextEncoder, .penultimate),
            ])
        }
    }
}
