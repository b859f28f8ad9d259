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
    /// - Parameter precision: Numbers that matrix products take.
    package init(folder: URL, precision: ProductPrecision = .float32) throws {
        model = try CLIPVisionModel(folder: folder, precision: precision)
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
