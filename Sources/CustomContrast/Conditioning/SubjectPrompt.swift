package import CLIP

/// A caption with a placeholder for each subject, one token row that takes the subject's features.
///
/// It stands in place of the class noun, of whose tokens one row is left, or before it; what follows moves, and the
/// padding's length makes up for it.
package struct SubjectPrompt: Sendable, Equatable {
    /// Where a subject stands in a prompt.
    package struct Placeholder: Sendable, Equatable {
        /// The row of the placeholder.
        package let position: Int
        /// The noun's own tokens, at least one.
        package let nounTokens: [Int]
    }

    /// The caption as written, for each text encoder.
    package let plain: [TokenizedText]
    /// The caption with one row per subject, for each text encoder.
    package let placed: [TokenizedText]
    /// Where the subjects stand in `placed`, in the order of the nouns.
    package let placeholders: [Placeholder]

    /// Creates a prompt that names no subject, such as a negative one.
    package init(_ caption: String, tokenizers: [CLIPTokenizer]) {
        plain = tokenizers.map { $0.encode(caption) }
        placed = plain
        placeholders = []
    }

    /// Creates a prompt with a placeholder for each noun. Subjects of the same class take its
    /// occurrences in order.
    ///
    /// - Parameters:
    ///   - caption: What the picture shows, with the nouns in it.
    ///   - nouns: The subjects' class nouns, of one or several words.
    ///   - placement: Where each noun's placeholder stands.
    ///   - tokenizers: One per text encoder; they share a vocabulary and differ in their padding.
    package init(
        _ caption: String,
        nouns: [String],
        placement: PlaceholderPlacement = .replace,
        tokenizers: [CLIPTokenizer]
    ) throws(SubjectPromptError) {
        plain = tokenizers.map { $0.encode(caption) }
        let reserved = placement == .before ? nouns.count : 0
        let texts = tokenizers.map { $0.encode(caption, reserving: reserved) }
        guard let tokenizer = tokenizers.first, let text = texts.first else {
            preconditionFailure("a prompt needs a tokenizer")
        }
        var taken: [Range<Int>] = []
        for noun in nouns {
            guard let range = Self.freeRange(of: noun, in: text, tokenizer: tokenizer, taken: taken)
            else {
                throw Self.complaint(noun: noun, caption: caption, text: text, tokenizer)
            }
            taken.append(range)
        }
        placed = zip(texts, tokenizers).map { text, tokenizer in
            Self.placed(text, at: taken, placement, paddingToken: tokenizer.paddingToken)
        }
        placeholders = taken.map { range in
            let moved = taken.filter { $0.lowerBound < range.lowerBound }
                .reduce(0) { $0 + (placement == .before ? 1 : 1 - $1.count) }
            return Placeholder(
                position: range.lowerBound + moved,
                nounTokens: Array(text.ids[range])
            )
        }
    }

    /// The words that did not fit into the encoders' positions.
    package var truncatedWords: [String] { placed.first?.truncatedWords ?? [] }

    /// The noun's first occurrence that no earlier noun has taken.
    private static func freeRange(
        of noun: String,
        in text: TokenizedText,
        tokenizer: CLIPTokenizer,
        taken: [Range<Int>]
    ) -> Range<Int>? {
        var start = 1
        while let range = tokenizer.tokenRange(of: noun, in: text, startingAt: start) {
            if !taken.contains(where: { $0.overlaps(range) }) { return range }
            start = range.lowerBound + 1
        }
        return nil
    }

    private static func complaint(
        noun: String,
        caption: String,
        text: TokenizedText,
        _ tokenizer: CLIPTokenizer
    ) -> SubjectPromptError {
        text.truncatedWords.isEmpty
            ? .nounNotFound(noun: noun, caption: caption)
            : .nounMissingOrTruncated(
                noun: noun,
                caption: caption,
                firstTruncatedWord: text.truncatedWords[0],
                // Two positions are the ends'.
                tokenLimit: tokenizer.length - 2
            )
    }

    /// The text with a row for each noun, which until a subject takes it is the noun's first token.
    private static func placed(
        _ text: TokenizedText,
        at nouns: [Range<Int>],
        _ placement: PlaceholderPlacement,
        paddingToken: Int
    ) -> TokenizedText {
        let ends = Dictionary(uniqueKeysWithValues: nouns.map { ($0.lowerBound, $0.upperBound) })
        var ids: [Int] = []
        var position = 0
        while position < text.count {
            ids.append(text.ids[position])
            if let end = ends[position] {
                if placement == .before { ids += text.ids[position..<end] }
                position = end
            } else {
                position += 1
            }
        }
        return TokenizedText(
            ids: ids + repeatElement(paddingToken, count: text.ids.count - ids.count),
            count: ids.count,
            truncatedWords: text.truncatedWords
        )
    }
}
