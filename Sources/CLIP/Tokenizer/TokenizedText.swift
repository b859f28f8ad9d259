/// A text as the ids a text model reads: start, words, end and padding.
package struct TokenizedText: Sendable, Equatable {
    /// The ids, as many as the model has positions.
    package let ids: [Int]
    /// How many of them are not padding: start and end are counted.
    package let count: Int
    /// The words that did not fit, in order; a word that was cut in two is the first of them.
    package let truncatedWords: [String]

    /// The position of the end token, whose row the pooled vector is taken from.
    package var endPosition: Int { count - 1 }

    package init(ids: [Int], count: Int, truncatedWords: [String]) {
        self.ids = ids
        self.count = count
        self.truncatedWords = truncatedWords
    }
}
