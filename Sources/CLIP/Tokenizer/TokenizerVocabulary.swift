internal import Foundation
internal import Layers

/// What a tokenizer folder says about its tokens, whichever files it says it in.
///
/// `vocab.json` and `merges.txt` are read where they are; folders that transformers 5 has saved hold
/// `tokenizer.json` alone.
struct TokenizerVocabulary: Sendable {
    /// Two tokens that become one.
    struct Merge: Sendable, Equatable {
        let left: String
        let right: String
    }

    /// The file with the ids, for errors.
    let file: URL
    /// The id of every token that words are made of.
    let ids: [String: Int]
    /// The first learnt first.
    let merges: [Merge]
    /// The file with the merges, for errors.
    let mergesFile: URL
    /// Tokens that are matched as a whole, with their ids; special ones are among them where the files
    /// list them.
    let addedTokens: [AddedToken]

    init(folder: URL) throws {
        func path(_ name: String) -> URL { folder.appendingPathComponent(name) }
        func isThere(_ name: String) -> Bool {
            FileManager.default.fileExists(atPath: path(name).path)
        }
        let whole = path("tokenizer.json")
        if isThere("tokenizer.json"), !isThere("vocab.json"), !isThere("merges.txt") {
            let content = try ModelFile.decode(TokenizerFile.self, from: whole)
            (file, mergesFile) = (whole, whole)
            (ids, merges, addedTokens) = (content.ids, content.merges, content.addedTokens)
            return
        }
        file = path("vocab.json")
        let mergesFile = path("merges.txt")
        self.mergesFile = mergesFile
        ids = try ModelFile.decode([String: Int].self, from: file)
        let text = String(decoding: try ModelFile.contents(of: mergesFile), as: UTF8.self)
        merges = try text.split(whereSeparator: \.isNewline)
            .filter { !$0.hasPrefix("#version") }
            .map { try Merge($0, in: mergesFile) }
        let settings = path("tokenizer_config.json")
        if isThere("tokenizer_config.json"),
            let listed = try ModelFile.decode(Settings.self, from: settings).addedTokens
        {
            addedTokens = try listed.map { id, token in
                guard let id = Int(id) else {
                    throw ModelFileError.unreadable(
                        settings,
                        reason: "added_tokens_decoder has the key “\(id)”, which is no token id"
                    )
                }
                return AddedToken(content: token.content, isNormalized: token.isNormalized, id: id)
            }
        } else if isThere("added_tokens.json") {
            addedTokens = try ModelFile.decode([String: Int].self, from: path("added_tokens.json"))
                .map { AddedToken(content: $0.key, isNormalized: true, id: $0.value) }
        } else {
            addedTokens = []
        }
    }

    /// The added tokens as `tokenizer_config.json` lists them.
    private struct Settings: Decodable {
        let addedTokens: [String: AddedToken]?

        enum CodingKeys: String, CodingKey { case addedTokens = "added_tokens_decoder" }
    }
}

extension TokenizerVocabulary.Merge {
    /// Reads `left right`.
    init(_ line: some StringProtocol, in file: URL) throws {
        let symbols = line.split(separator: " ")
        guard symbols.count == 2 else {
            throw ModelFileError.unreadable(file, reason: "“\(line)” is not a pair of tokens")
        }
        self.init(left: String(symbols[0]), right: String(symbols[1]))
    }
}
