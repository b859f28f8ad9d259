package import Foundation
package import Imaging
package import Tensors

/// A CLIP vision model with the preparation its pictures need.
package struct ImageEncoder {
    package let preprocessor: CLIPImagePreprocessor
    package let model: CLIPVisionModel

    /// Creates an encoder.
    package init(preprocessor: CLIPImagePreprocessor, model: CLIPVisionModel) {
        self.preprocessor = preprocessor
        self.model = model
    }

    /// Loads a folder with `config.json`, weights and, if it has one, `preprocessor_config.json`.
    ///
    /// - Parameters:
    ///   - featureExtractor: The `preprocessor_config.json` of the base, for a folder without its own.
    ///   - precision: Numbers that matrix products take.
    package init(
        folder: URL,
        featureExtractor: URL? = nil,
        precision: ProductPrecision = .float32
    ) throws {
        model = try CLIPVisionModel(folder: folder, precision: precision)
        preprocessor = try CLIPImagePreprocessor(
            folder: folder,
            featureExtractor: featureExtractor,
            imageSize: model.configuration.imageSize
        )
    }

    /// The hidden states and embeddings of pictures.
    package func callAsFunction(_ images: [RGBImage]) -> CLIPVisionOutput {
        model(preprocessor(images))
    }
}
