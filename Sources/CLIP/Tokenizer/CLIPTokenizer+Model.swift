package import Foundation
internal import Layers

extension CLIPTokenizer {
    /// Reads a folder, and requires that a text model has a vector for each token and each position.
    package init(folder: URL, for model: CLIPTextModel) throws {
        try self.init(folder: folder)
        let configuration = model.configuration
        guard lastToken < configuration.vocabularySize else {
            throw ModelFileError.otherModel(
                vocabularyFile,
                option: "ids up to",
                found: lastToken,
                needed: "at most \(configuration.vocabularySize - 1)"
            )
        }
        guard length <= configuration.length else {
            throw ModelFileError.otherModel(
                folder.appending(path: "tokenizer_config.json"),
                option: "model_max_length",
                found: length,
                needed: "at most \(configuration.length)"
            )
        }
    }
}
