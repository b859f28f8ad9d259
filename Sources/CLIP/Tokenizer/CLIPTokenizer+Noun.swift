extension CLIPTokenizer {
    /// The positions of a noun's tokens in a tokenised text: of its first occurrence as whole words, at
    /// or after a position.
    ///
    /// The search is by token, not by word: words before the noun may be several tokens long. It does not
    /// find a noun inside a longer word, nor one that was cut off.
    ///
    /// - Parameters:
    ///   - noun: One or several words, such as `teddy bear`.
    ///   - text: What this tokenizer made of a prompt.
    ///   - start: The first position that may be returned; the first word is at 1.
    /// - Returns: The range in `text.ids`, or `nil` if the noun is not in the text.
    package func tokenRange(
        of noun: String,
        in text: TokenizedText,
        startingAt start: Int = 1
    ) -> Range<Int>? {
        let wanted = words(of: noun).flatMap(\.tokens)
        let content = max(1, start)..<max(1, start, text.endPosition)
        guard !wanted.isEmpty, wanted.count <= content.count else { return nil }
        return (content.lowerBound...content.upperBound - wanted.count).lazy
            .map { $0..<$0 + wanted.count }
            .first { startsWord(at: $0.lowerBound, in: text) && text.ids[$0].elementsEqual(wanted) }
    }

    /// Whether the token before `position` ends a word or is special.
    private func startsWord(at position: Int, in text: TokenizedText) -> Bool {
        let previous = text.ids[position - 1]
        return encoder.wordEnds.contains(previous) || isSpecial(previous)
    }

    /// Whether an id is that of a special token.
    private func isSpecial(_ token: Int) -> Bool {
        [startToken, endToken, paddingToken].contains(token)
    }
}
