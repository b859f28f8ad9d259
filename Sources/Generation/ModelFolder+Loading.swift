package import CLIP
package import CustomContrast
internal import Foundation
internal import Layers
package import StableDiffusion
package import Tensors

extension ModelFolder {
    /// Loads the UNet; tensors that nothing asked for are refused.
    ///
    /// - Parameter precision: Numbers that matrix products take.
    package func loadUNet(precision: ProductPrecision = .float32) throws -> UNet2DConditionModel {
        let configuration = try unetConfiguration()
        let scope = ParameterScope.loading(
            from: try weights(of: configuration),
            precision: precision
        )
        let unet = try UNet2DConditionModel(scope, configuration: configuration)
        try scope.finish()
        return unet
    }

    /// Loads the autoencoder, which computes in float32 always: in bfloat16 its pictures would show it. Tensors that nothing asked for are refused.
    package func loadAutoencoder() throws -> AutoencoderKL {
        let file = try folder(of: .autoencoder).appending(path: "config.json")
        let configuration = try AutoencoderConfiguration(file: file)
        let scope = ParameterScope.loading(from: try weights(of: configuration))
        let autoencoder = try AutoencoderKL(scope, configuration: configuration)
        try scope.finish()
        return autoencoder
    }

    /// Loads a text encoder; tensors that nothing asked for are refused.
    ///
    /// - Parameter precision: Numbers that matrix products take.
    package func loadTextEncoder(
        _ part: ModelPart,
        precision: ProductPrecision = .float32
    ) throws -> CLIPTextModel {
        let file = try folder(of: part).appending(path: "config.json")
        let configuration = try CLIPTextConfiguration(file: file)
        return try CLIPTextModel(
            configuration: configuration,
            weights: textEncoderWeights(of: part, layerCount: configuration.layerCount),
            precision: precision
        )
    }

    /// The denoiser's sizes.
    package func unetConfiguration() throws -> UNetConfiguration {
        try UNetConfiguration(file: folder(of: .unet).appending(path: "config.json"))
    }
}

extension PromptEncoder {
    /// Loads the text encoders of a base with their tokenizers.
    ///
    /// - Parameter precision: Numbers that matrix products take.
    package init(folder: ModelFolder, precision: ProductPrecision = .float32) throws {
        func stage(
            _ tokenizer: ModelPart,
            _ model: ModelPart,
            _ hiddenState: HiddenState
        ) throws -> Stage {
            let model = try folder.loadTextEncoder(model, precision: precision)
            return Stage(
                tokenizer: try CLIPTokenizer(folder: folder.folder(of: tokenizer), for: model),
                model: model,
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
