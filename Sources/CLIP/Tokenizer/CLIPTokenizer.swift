package import Foundation
internal import Layers

/// Turns text into CLIP's token ids.
///
/// Matches transformers' `CLIPTokenizer` (5.24): special tokens are cut out, the rest is composed (NFC),
/// lower-cased and split into words, and each word is encoded by byte pairs.
package struct CLIPTokenizer: Sendable {
    /// The id every text starts with.
    package let startToken: Int
    /// The id every text ends with.
    package let endToken: Int
    /// The id that fills the places after the end.
    package let paddingToken: Int
    /// How many ids a text becomes.
    package let length: Int

    let encoder: BytePairEncoder
    /// The largest id there is.
    let lastToken: Int
    /// The file that says so.
    let vocabularyFile: URL
    /// Special and added tokens, those matched before the text is normalised first.
    private let literalTokens: [(content: [Unicode.Scalar], id: Int)]
    private let normalizedTokens: [(content: [Unicode.Scalar], id: Int)]

    /// Reads a folder with `vocab.json` and `merges.txt`, or with `tokenizer.json`, and the settings beside
    /// them if any.
    ///
    /// - Parameters:
    ///   - folder: Such as `tokenizer` or `tokenizer_2` of a diffusers model.
    ///   - length: The text model's positions; what the settings say by default.
    package init(folder: URL, length: Int? = nil) throws {
        let vocabulary = try TokenizerVocabulary(folder: folder)
        let encoder = try BytePairEncoder(vocabulary)
        let special = try SpecialTokens(folder: folder)
        // What is listed with its id is told for certain; special tokens may be spelled by content alone.
        let listed = Set(vocabulary.addedTokens.map(\.content))
        let all = special.all.filter { !listed.contains($0.content) } + vocabulary.addedTokens
        let ids = vocabulary.ids.merging(
            vocabulary.addedTokens.compactMap { token in token.id.map { (token.content, $0) } }
        ) { $1 }
        func id(_ token: AddedToken) throws -> Int {
            guard let id = ids[token.content] else {
                throw ModelFileError.unreadable(
                    vocabulary.file,
                    reason: "it has no special token \(token.content)"
                )
            }
            return id
        }
        startToken = try id(special.start)
        endToken = try id(special.end)
        paddingToken = try id(special.padding)
        self.length = length ?? special.maximumLength
        self.encoder = encoder
        lastToken = ids.values.max() ?? 0
        vocabularyFile = vocabulary.file
        func tokens(normalized: Bool) throws -> [(content: [Unicode.Scalar], id: Int)] {
            try all.filter { $0.isNormalized == normalized && !$0.content.isEmpty }.map { token in
                let content = Array(token.content.unicodeScalars)
                return (normalized ? Self.normalized(content) : content, try id(token))
            }
        }
        literalTokens = try tokens(normalized: false)
        normalizedTokens = try tokens(normalized: true)
    }

    /// The ids of a text: start, words, end, padding. What does not fit is cut and named.
    ///
    /// - Parameter reserved: How many places are left to padding at least.
    package func encode(_ text: String, reserving reserved: Int = 0) -> TokenizedText {
        let room = max(0, length - 2 - reserved)
        var content: [Int] = []
        var truncatedWords: [String] = []
        for (word, tokens) in words(of: text) {
            if content.count + tokens.count > room { truncatedWords.append(word) }
            content += tokens.prefix(room - content.count)
        }
        let padding = repeatElement(paddingToken, count: length - 2 - content.count)
        return TokenizedText(
            ids: [startToken] + content + [endToken] + padding,
            count: content.count + 2,
            truncatedWords: truncatedWords
        )
    }

    /// The words of a text with the tokens of each; a special token is a word of its own.
    func words(of text: String) -> [(word: String, tokens: [Int])] {
        Self.sections(of: Array(text.unicodeScalars), cutting: literalTokens).flatMap { section in
            guard case .text(let raw) = section else { return [section] }
            return Self.sections(of: Self.normalized(raw), cutting: normalizedTokens)
        }
        .flatMap { section -> [(word: String, tokens: [Int])] in
            switch section {
            case .token(let content, let id): [(content, [id])]
            case .text(let text):
                WordSplitter.words(of: text).map { ($0, encoder.encode($0)) }
            }
        }
    }
}

extension CLIPTokenizer {
    /// A stretch of text, or a special token in it.
    private enum Section {
        case text([Unicode.Scalar])
        case token(content: String, id: Int)
    }

    /// Cuts special tokens out of a text: the leftmost first, the longest of those that start together.
    private static func sections(
        of text: [Unicode.Scalar],
        cutting tokens: [(content: [Unicode.Scalar], id: Int)]
    ) -> [Section] {
        var sections: [Section] = []
        var start = 0
        var position = 0
        while position < text.count {
            let found = tokens.filter { text[position...].starts(with: $0.content) }
                .max { $0.content.count < $1.content.count }
            guard let found else {
                position += 1
                continue
            }
            if start < position { sections.append(.text(Array(text[start..<position]))) }
            var content = ""
            content.unicodeScalars.append(contentsOf: found.content)
            sections.append(.token(content: content, id: found.id))
            position += found.content.count
            start = position
        }
        if start < text.count { sections.append(.text(Array(text[start...]))) }
        return sections
    }

    /// Composed (NFC) and lower-cased scalar by scalar. White space is left: it only separates words.
    private static func normalized(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var string = ""
        string.unicodeScalars.append(contentsOf: text)
        return string.precomposedStringWithCanonicalMapping.unicodeScalars.flatMap {
            $0.properties.lowercaseMapping.unicodeScalars
        }
    }
}
