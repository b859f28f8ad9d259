internal import Foundation
internal import Layers

/// Byte-pair encoding of single words: starts from bytes and merges the pair that was learnt first.
///
/// Sennrich et al. 2016, "Neural Machine Translation of Rare Words with Subword Units", on bytes. The
/// last symbol of a word carries the suffix `</w>`. Tokens are handled by their ids throughout.
struct BytePairEncoder: Sendable {
    /// Two tokens that stand side by side.
    private struct Pair: Hashable {
        let left: Int
        let right: Int
    }

    /// What a pair becomes, and how early that was learnt.
    private struct Merge {
        let rank: Int
        let token: Int
    }

    /// What marks the last symbol of a word.
    static let wordEnd = "</w>"

    /// The id of every token.
    let vocabulary: [String: Int]
    /// The ids of tokens that end a word.
    let wordEnds: Set<Int>
    private let merges: [Pair: Merge]
    /// The id of each byte value inside a word and, from 256 on, at its end.
    private let byteTokens: [Int]

    /// Reads `vocab.json` and `merges.txt` of a tokenizer folder.
    init(folder: URL) throws {
        let vocabularyFile = folder.appendingPathComponent("vocab.json")
        let mergesFile = folder.appendingPathComponent("merges.txt")
        let vocabulary = try ModelFile.decode([String: Int].self, from: vocabularyFile)
        self.vocabulary = vocabulary
        wordEnds = Set(vocabulary.lazy.filter { $0.key.hasSuffix(Self.wordEnd) }.map(\.value))
        byteTokens = try ["", Self.wordEnd].flatMap { suffix in
            try ByteAlphabet.characters.map { character in
                guard let token = vocabulary[String(character) + suffix] else {
                    throw ModelFileError.unreadable(
                        vocabularyFile,
                        reason: "it has no token \(character)\(suffix)"
                    )
                }
                return token
            }
        }
        let text = String(decoding: try ModelFile.contents(of: mergesFile), as: UTF8.self)
        merges = try Self.merges(in: text, of: mergesFile, vocabulary: vocabulary)
    }

    /// The merges of `merges.txt`, one pair a line, the first learnt first.
    private static func merges(
        in text: String,
        of file: URL,
        vocabulary: [String: Int]
    ) throws -> [Pair: Merge] {
        var merges: [Pair: Merge] = [:]
        for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#version") {
            let symbols = line.split(separator: " ")
            guard symbols.count == 2,
                let left = vocabulary[String(symbols[0])],
                let right = vocabulary[String(symbols[1])],
                let token = vocabulary[String(symbols[0] + symbols[1])]
            else {
                throw ModelFileError.unreadable(
                    file,
                    reason: "“\(line)” is not a pair of tokens that vocab.json has, merged too"
                )
            }
            let merge = Merge(rank: merges.count, token: token)
            guard merges.updateValue(merge, forKey: Pair(left: left, right: right)) == nil else {
                throw ModelFileError.unreadable(file, reason: "“\(line)” appears twice")
            }
        }
        return merges
    }

    /// The tokens of one word, which is not empty.
    func encode(_ word: String) -> [Int] {
        var tokens = word.utf8.map { byteTokens[Int($0)] }
        if let last = word.utf8.last { tokens[tokens.count - 1] = byteTokens[256 + Int(last)] }
        while let (position, merge) = firstMerge(in: tokens) {
            tokens.replaceSubrange(position...(position + 1), with: [merge.token])
        }
        return tokens
    }

    /// The applicable merge of the lowest rank, the leftmost one if it applies twice.
    private func firstMerge(in tokens: [Int]) -> (position: Int, merge: Merge)? {
        tokens.indices.dropLast()
            .compactMap { position in
                merges[Pair(left: tokens[position], right: tokens[position + 1])].map {
                    (position, $0)
                }
            }
            .min { $0.1.rank < $1.1.rank }
    }
}
