package import CLIP

/// A caption whose class nouns have given way to placeholders, one token row per subject.
///
/// The placeholder stands in place of the noun, as in Textual Inversion and NeTI: "a photo of a S*". A
/// noun of several tokens leaves one row; what follows moves up and padding fills the end.
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
    ///   - tokenizers: One per text encoder; they share a vocabulary and differ in their padding.
    package init(
        _ caption: String,
        nouns: [String],
        tokenizers: [CLIPTokenizer]
    ) throws(SubjectPromptError) {
        plain = tokenizers.map { $0.encode(caption) }
        guard let tokenizer = tokenizers.first, let text = plain.first else {
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
        placed = zip(plain, tokenizers).map { text, tokenizer in
            Self.collapsed(text, ranges: taken, paddingToken: tokenizer.paddingToken)
        }
        placeholders = taken.map { range in
            let surplus = taken.filter { $0.lowerBound < range.lowerBound }
                .reduce(0) { $0 + $1.count - 1 }
            return Placeholder(
                position: range.lowerBound - surplus,
                nounTokens: Array(text.ids[range])
            )
        }
    }

    /// The words that did not fit into the encoders' positions.
    package var truncatedWords: [String] { plain.first?.truncatedWords ?? [] }

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

    /// The text with each range shortened to its first token.
    private static func collapsed(
        _ text: TokenizedText,
        ranges: [Range<Int>],
        paddingToken: Int
    ) -> TokenizedText {
        let surplus = Set(ranges.flatMap { $0.dropFirst() })
        let kept = text.ids.indices.filter { !surplus.contains($0) }.map { text.ids[$0] }
        return TokenizedText(
            ids: kept + repeatElement(paddingToken, count: surplus.count),
            count: text.count - surplus.count,
            truncatedWords: text.truncatedWords
        )
    }
}
