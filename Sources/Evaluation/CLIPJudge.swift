internal import CLIP
package import Foundation
package import Imaging
internal import Tensors

/// The CLIP whose opinion counts: it reads pictures and texts into one space.
package struct CLIPJudge {
    /// What the user calls it.
    package let name: String
    /// SHA-256 of its weights: of both encoders' files one after the other, or of the one file.
    package let sha256: String
    private let text: CLIPTextModel
    private let vision: CLIPVisionModel
    private let tokenizer: CLIPTokenizer
    private let preprocessor: CLIPImagePreprocessor

    /// Loads a judge.
    ///
    /// - Parameters:
    ///   - folder: A diffusers folder whose text encoder has a projection (`text_encoder`, `tokenizer`,
    ///     `image_encoder`), or a folder with a whole CLIP as transformers saves it.
    ///   - name: What the user calls it.
    package init(folder: URL, name: String) throws {
        let isBase = FileManager.default.fileExists(
            atPath: folder.appending(path: "model_index.json").path
        )
        self.name = name
        if isBase {
            let encoder = try ImageEncoder(
                folder: folder.appending(path: "image_encoder"),
                featureExtractor: folder.appending(
                    path: "feature_extractor/preprocessor_config.json"
                )
            )
            text = try CLIPTextModel(folder: folder.appending(path: "text_encoder"))
            tokenizer = try CLIPTokenizer(
                folder: folder.appending(path: "tokenizer"),
                for: text
            )
            vision = encoder.model
            preprocessor = encoder.preprocessor
        } else {
            let model = try CLIPModel(folder: folder)
            text = model.textModel
            vision = model.visionModel
            tokenizer = try CLIPTokenizer(folder: folder, for: text)
            preprocessor = try CLIPImagePreprocessor(
                folder: folder,
                imageSize: vision.configuration.imageSize
            )
        }
        sha256 = try JudgeWeights.sha256(
            of: isBase
                ? ["text_encoder", "image_encoder"].map { folder.appending(path: $0) } : [folder]
        )
        guard let trial = text(ids: [tokenizer.encode("").ids]).textEmbeds else {
            throw EvaluationError.noTextProjection(judge: name)
        }
        let imageWidth = vision.configuration.projectionWidth
        guard trial.shape[1] == imageWidth else {
            throw EvaluationError.differentSpaces(
                judge: name,
                text: trial.shape[1],
                image: imageWidth
            )
        }
    }

    /// How pictures are prepared, in words that two results must share to be compared.
    package var preparation: String { preprocessor.words }

    /// The directions of pictures.
    package func embeddings(of images: [RGBImage]) throws -> [UnitEmbedding] {
        try UnitEmbedding.batches(of: images, judge: name) { vision(preprocessor($0)).imageEmbeds }
    }

    /// The directions of texts. What does not fit into the text encoder is cut off.
    package func embeddings(of texts: [String]) throws -> [UnitEmbedding] {
        try UnitEmbedding.batches(of: texts, judge: name) { batch in
            guard let embeds = text(ids: batch.map { tokenizer.encode($0).ids }).textEmbeds else {
                preconditionFailure("a judge without a projection cannot be made")
            }
            return embeds
        }
    }

    /// The words of a text that do not fit into the text encoder.
    package func truncatedWords(of text: String) -> [String] {
        tokenizer.encode(text).truncatedWords
    }
}
