internal import Foundation
internal import Layers

/// The part of a tokenizer's settings that changes token ids.
///
/// `tokenizer_config.json` wins over `special_tokens_map.json`, which fills what it leaves open.
struct SpecialTokens: Sendable, Equatable {
    /// What starts every text.
    var start = AddedToken(content: "<|startoftext|>", isNormalized: false)
    /// What ends every text.
    var end = AddedToken(content: "<|endoftext|>", isNormalized: false)
    /// What fills the places after the end: the end token, but `!` in SDXL's second tokenizer.
    var padding = AddedToken(content: "<|endoftext|>", isNormalized: false)
    /// What stands for symbols the vocabulary lacks, which byte-level vocabularies never need.
    var unknown = AddedToken(content: "<|endoftext|>", isNormalized: false)
    /// How many tokens a text may have, both ends included.
    var maximumLength = 77

    /// All of them, each content once; of two spellings of one token the later one counts, as in
    /// transformers.
    var all: [AddedToken] {
        [start, end, unknown, padding].reduce(into: [AddedToken]()) { tokens, token in
            tokens.removeAll { $0.content == token.content }
            tokens.append(token)
        }
    }

    init(folder: URL) throws {
        let files = ["special_tokens_map.json", "tokenizer_config.json"]
            .map { folder.appendingPathComponent($0) }
        for file in files where FileManager.default.fileExists(atPath: file.path) {
            let settings = try ModelFile.decode(Settings.self, from: file)
            start = settings.start ?? start
            end = settings.end ?? end
            padding = settings.padding ?? padding
            unknown = settings.unknown ?? unknown
            // "Unlimited" is written as 10^30; the text models have 77 positions all the same.
            if let length = settings.maximumLength, 3...4096 ~= length {
                maximumLength = Int(length)
            }
        }
    }

    /// What both files may say, in their own names.
    private struct Settings: Decodable {
        let start: AddedToken?
        let end: AddedToken?
        let padding: AddedToken?
        let unknown: AddedToken?
        let maximumLength: Double?

        enum CodingKeys: String, CodingKey {
            case start = "bos_token"
            case end = "eos_token"
            case padding = "pad_token"
            case unknown = "unk_token"
            case maximumLength = "model_max_length"
        }
    }
}
