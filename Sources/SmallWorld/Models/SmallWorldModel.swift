package import Foundation

/// The small world's models before they are trained: everything a diffusers folder holds but the weights.
///
/// `base` is a Stable Diffusion folder with an image encoder, `clip` the joint model its encoders are taken
/// from, and `dinov2` the judge of evaluations. Weights go beside the configurations under their usual names.
package enum SmallWorldModel {
    /// Every file, with paths from the folder that holds `base`, `clip` and `dinov2`.
    package static func files() throws -> [ModelFile] {
        let tokenizer = SmallWorldTokenizer()
        let tokenizerFiles = try tokenizer.files()
        func placed(_ files: [ModelFile], in folder: String) -> [ModelFile] {
            files.map { ModelFile(path: "\(folder)/\($0.path)", contents: $0.contents) }
        }
        let preprocessor = ModelFile(path: "preprocessor_config.json", contents: clipPreprocessor)
        let vocabularySize = tokenizer.tokens.count
        return [
            ModelFile(path: "base/model_index.json", contents: modelIndex),
            ModelFile(path: "base/unet/config.json", contents: unet),
            ModelFile(path: "base/vae/config.json", contents: autoencoder),
            ModelFile(
                path: "base/text_encoder/config.json",
                contents: textEncoder(vocabularySize: vocabularySize) + "\n"
            ),
            ModelFile(path: "base/image_encoder/config.json", contents: imageEncoder + "\n"),
            ModelFile(path: "base/scheduler/scheduler_config.json", contents: scheduler),
            ModelFile(path: "clip/config.json", contents: clip(vocabularySize: vocabularySize)),
            ModelFile(path: "dinov2/config.json", contents: dinov2),
            ModelFile(path: "dinov2/preprocessor_config.json", contents: dinov2Preprocessor),
        ] + placed(tokenizerFiles, in: "base/tokenizer") + placed(tokenizerFiles, in: "clip")
            + placed([preprocessor], in: "base/feature_extractor")
            + placed([preprocessor], in: "clip")
    }

    /// Writes the base's files into `folder` itself, making folders where needed; files that exist are
    /// replaced.
    package static func writeBase(to folder: URL) throws {
        for file in try files() where file.path.hasPrefix("base/") {
            try write(file.contents, to: folder.appending(path: file.path.dropFirst(5)))
        }
    }

    /// Writes every file below `folder`, making folders where needed; files that exist are replaced.
    package static func write(to folder: URL) throws {
        for file in try files() {
            try write(file.contents, to: folder.appending(path: file.path))
        }
    }

    private static func write(_ contents: String, to target: URL) throws {
        try FileManager.default.createDirectory(
            at: target.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(contents.utf8).write(to: target, options: .atomic)
    }
}
