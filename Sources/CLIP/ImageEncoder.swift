package import Foundation
package import Imaging

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
    package init(folder: URL) throws {
        model = try CLIPVisionModel(folder: folder)
        let preparation = folder.appending(path: "preprocessor_config.json")
        preprocessor =
            FileManager.default.fileExists(atPath: preparation.path)
            ? try CLIPImagePreprocessor(file: preparation)
            : CLIPImagePreprocessor(imageSize: model.configuration.imageSize)
    }

    /// The hidden states and embeddings of pictures.
    package func callAsFunction(_ images: [RGBImage]) -> CLIPVisionOutput {
        model(preprocessor(images))
    }
}
