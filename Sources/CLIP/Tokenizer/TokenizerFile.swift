internal import Layers

/// The content of a `tokenizer.json`, as the tokenizers library saves a CLIP tokenizer.
struct TokenizerFile: Sendable {
    let ids: [String: Int]
    /// The first learnt first.
    let merges: [TokenizerVocabulary.Merge]
    let addedTokens: [AddedToken]
}

extension TokenizerFile: Decodable {
    private enum CodingKeys: String, CodingKey {
        case model
        case addedTokens = "added_tokens"
    }

    private struct Model: Decodable {
        let type: String?
        let wordEnd: String?
        let wordPrefix: String?
        let vocab: [String: Int]
        let merges: [Pair]

        enum CodingKeys: String, CodingKey {
            case type, vocab, merges
            case wordEnd = "end_of_word_suffix"
            case wordPrefix = "continuing_subword_prefix"
        }
    }

    /// A merge in either spelling: `"a b"`, or `["a", "b"]`.
    private struct Pair: Decodable {
        let merge: TokenizerVocabulary.Merge

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            let symbols =
                try (try? container.decode([String].self))
                ?? container.decode(String.self).split(separator: " ").map(String.init)
            guard symbols.count == 2 else {
                throw DecodingError.dataCorruptedError(
                    in: container,
                    debugDescription: "“\(symbols.joined(separator: " "))” is not a pair of tokens"
                )
            }
            merge = TokenizerVocabulary.Merge(left: symbols[0], right: symbols[1])
        }
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let model = try container.decode(Model.self, forKey: .model)
        for (option, found, supported) in [
            ("model.type", model.type ?? "BPE", "BPE"),
            ("model.end_of_word_suffix", model.wordEnd ?? "", BytePairEncoder.wordEnd),
            ("model.continuing_subword_prefix", model.wordPrefix ?? "", ""),
        ] where found != supported {
            throw ModelFileError.unsupported(
                option: option,
                value: "\"\(found)\"",
                supported: "\"\(supported)\", a tokenizer of CLIP"
            )
        }
        ids = model.vocab
        merges = model.merges.map(\.merge)
        addedTokens = try container.decodeIfPresent([AddedToken].self, forKey: .addedTokens) ?? []
        for token in addedTokens where token.id == nil {
            throw DecodingError.dataCorruptedError(
                forKey: .addedTokens,
                in: container,
                debugDescription: "“\(token.content)” has no id"
            )
        }
    }
}
