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

    /// Takes the tokens and merges of a tokenizer folder.
    init(_ tokens: TokenizerVocabulary) throws {
        let vocabulary = tokens.ids
        self.vocabulary = vocabulary
        wordEnds = Set(vocabulary.lazy.filter { $0.key.hasSuffix(Self.wordEnd) }.map(\.value))
        byteTokens = try ["", Self.wordEnd].flatMap { suffix in
            try ByteAlphabet.characters.map { character in
                guard let token = vocabulary[String(character) + suffix] else {
                    throw ModelFileError.unreadable(
                        tokens.file,
                        reason: "it has no token \(character)\(suffix)"
                    )
                }
                return token
            }
        }
        var merges: [Pair: Merge] = [:]
        for (rank, pair) in tokens.merges.enumerated() {
            func refusal(_ problem: String) -> ModelFileError {
                .unreadable(tokens.mergesFile, reason: "“\(pair.left) \(pair.right)” \(problem)")
            }
            guard let left = vocabulary[pair.left], let right = vocabulary[pair.right],
                let token = vocabulary[pair.left + pair.right]
            else {
                throw refusal(
                    "is not a pair of tokens that \(tokens.file.lastPathComponent) has, merged too"
                )
            }
            let merge = Merge(rank: rank, token: token)
            guard merges.updateValue(merge, forKey: Pair(left: left, right: right)) == nil else {
                throw refusal("appears twice")
            }
        }
        self.merges = merges
    }

    /// The tokens of one word, which is not empty.
    func encode(_ word: String) -> [Int] {
        var tokens = word.utf8.map { byteTokens[Int($0)] }
        if let last = word.utf8.last { tokens[tokens.count - 1] = byteTokens[256 + Int(last)] }
        var word = SymbolChain(tokens)
        for position in tokens.indices.dropLast() { note(position, in: &word) }
        // The merge of the lowest rank is next, the leftmost one if it applies twice.
        while let candidate = word.candidates.popFirst() {
            let left = candidate.position
            guard let right = word.next(left), let merge = merge(left, right, in: word),
                merge.rank == candidate.rank
            else { continue }
            word.join(left, right, as: merge.token)
            note(left, in: &word)
            if let previous = word.previous(left) { note(previous, in: &word) }
        }
        return word.tokens
    }

    /// The merge of the symbols at two positions, if one was learnt.
    private func merge(_ left: Int, _ right: Int, in word: SymbolChain) -> Merge? {
        guard let leftToken = word.token(left), let rightToken = word.token(right) else {
            return nil
        }
        return merges[Pair(left: leftToken, right: rightToken)]
    }

    /// Notes that the symbol at a position can be merged with the next one, if it can.
    private func note(_ position: Int, in word: inout SymbolChain) {
        guard let right = word.next(position), let merge = merge(position, right, in: word) else {
            return
        }
        word.candidates.insert(MergeCandidate(rank: merge.rank, position: position))
    }
}
