internal import CLIP
internal import DINOv2
package import Foundation
package import Imaging

/// The DINOv2 whose opinion of pictures counts: unlike CLIP it was trained without words, so that two things of
/// one class are not the same to it (Ruiz et al. 2023, section 4.2).
package struct DINOJudge {
    /// What the user calls it.
    package let name: String
    /// SHA-256 of its weights.
    package let sha256: String
    private let model: DINOv2Model
    private let preprocessor: CLIPImagePreprocessor

    /// Loads a judge.
    ///
    /// - Parameters:
    ///   - folder: As transformers saves a `Dinov2Model`, with its `preprocessor_config.json` or the published
    ///     models' preparation: the shorter side 256, the middle 224.
    ///   - name: What the user calls it.
    package init(folder: URL, name: String) throws {
        self.name = name
        model = try DINOv2Model(folder: folder)
        let preparation = folder.appending(path: "preprocessor_config.json")
        preprocessor =
            FileManager.default.fileExists(atPath: preparation.path)
            ? try CLIPImagePreprocessor(file: preparation) : DINOJudge.published
        sha256 = try JudgeWeights.sha256(of: [folder])
    }

    /// ImageNet's statistics, as all published models have them.
    private static var published: CLIPImagePreprocessor {
        var preprocessor = CLIPImagePreprocessor(imageSize: 224)
        preprocessor.shorterSide = 256
        preprocessor.mean = [0.485, 0.456, 0.406]
        preprocessor.standardDeviation = [0.229, 0.224, 0.225]
        return preprocessor
    }

    /// How pictures are prepared, in words that two results must share to be compared.
    package var preparation: String { preprocessor.words }

    /// The directions of pictures: of their class tokens.
    package func embeddings(of images: [RGBImage]) throws -> [UnitEmbedding] {
        try UnitEmbedding.batches(of: images, judge: name) { model.pooled(preprocessor($0)) }
    }
}
