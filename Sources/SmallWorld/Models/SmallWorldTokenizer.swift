internal import Foundation

/// The small world's tokenizer in CLIP's file format: 512 bytes, the merges that make each word of the captions
/// one token, and the two special tokens.
struct SmallWorldTokenizer {
    /// The pairs that merge, first ones first.
    private(set) var merges: [(left: String, right: String)] = []
    /// All tokens in the order of their ids.
    private(set) var tokens: [String] = []

    /// The token every text starts with.
    static let startToken = "<|startoftext|>"
    /// The token every text ends with.
    static let endToken = "<|endoftext|>"
    /// How many ids a text becomes.
    static let length = 32

    /// Creates the tokenizer of the caption vocabulary.
    init() {
        let letters = SmallWorldTokenizer.byteCharacters
        tokens = letters + letters.map { $0 + "</w>" }
        for word in CaptionVocabulary.words {
            // A pair that merges last cannot change how words already whole are merged.
            while case let pieces = merged(word), pieces.count > 1 {
                merges.append((pieces[0], pieces[1]))
                tokens.append(pieces[0] + pieces[1])
            }
        }
        tokens += [SmallWorldTokenizer.startToken, SmallWorldTokenizer.endToken]
    }

    /// The pieces a word of plain letters becomes: the pair that stands first in `merges` merges first.
    private func merged(_ word: String) -> [String] {
        var pieces = word.map(String.init)
        if let last = pieces.popLast() { pieces.append(last + "</w>") }
        while true {
            let pair = merges.first { pair in
                pieces.indices.dropLast().contains { index in
                    pieces[index] == pair.left && pieces[index + 1] == pair.right
                }
            }
            guard let pair else { return pieces }
            var joined: [String] = []
            for piece in pieces {
                if piece == pair.right, joined.last == pair.left {
                    joined[joined.count - 1] += piece
                } else {
                    joined.append(piece)
                }
            }
            pieces = joined
        }
    }

    /// The character that stands for each byte: printable ones for themselves, others for code points from
    /// 256 on. Matches `bytes_to_unicode` of OpenAI's tokenizers, in its order.
    private static var byteCharacters: [String] {
        let printable = Array(33...126) + Array(161...172) + Array(174...255)
        let others = (0..<256).filter { !printable.contains($0) }
        let codes = printable + others.indices.map { 256 + $0 }
        return codes.compactMap { Unicode.Scalar(UInt32($0)).map { String(Character($0)) } }
    }

    /// The files of a tokenizer folder.
    func files() throws -> [ModelFile] {
        let ids = Dictionary(uniqueKeysWithValues: tokens.enumerated().map { ($1, $0) })
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let vocabulary = String(decoding: try encoder.encode(ids), as: UTF8.self)
        let lines = ["#version: 0.2"] + merges.map { "\($0.left) \($0.right)" }
        let special = """
            {
              "bos_token": "\(SmallWorldTokenizer.startToken)",
              "eos_token": "\(SmallWorldTokenizer.endToken)",
              "pad_token": "\(SmallWorldTokenizer.endToken)",
              "unk_token": "\(SmallWorldTokenizer.endToken)"
            }

            """
        let settings = """
            {
              "bos_token": "\(SmallWorldTokenizer.startToken)",
              "do_lower_case": true,
              "eos_token": "\(SmallWorldTokenizer.endToken)",
              "model_max_length": \(SmallWorldTokenizer.length),
              "pad_token": "\(SmallWorldTokenizer.endToken)",
              "tokenizer_class": "CLIPTokenizer",
              "unk_token": "\(SmallWorldTokenizer.endToken)"
            }

            """
        return [
            ModelFile(path: "vocab.json", contents: vocabulary + "\n"),
            ModelFile(path: "merges.txt", contents: lines.joined(separator: "\n") + "\n"),
            ModelFile(path: "special_tokens_map.json", contents: special),
            ModelFile(path: "tokenizer_config.json", contents: settings),
        ]
    }
}
