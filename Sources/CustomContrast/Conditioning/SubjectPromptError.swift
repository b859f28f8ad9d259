/// Why a subject has no place in a prompt.
package enum SubjectPromptError: Error, Equatable {
    /// The noun does not occur, or not as often as there are subjects of it.
    case nounNotFound(noun: String, caption: String)
    /// The noun is not among the words that fit.
    case nounMissingOrTruncated(
        noun: String,
        caption: String,
        firstTruncatedWord: String,
        tokenLimit: Int
    )
}

extension SubjectPromptError: CustomStringConvertible {
    /// One sentence: what was expected, what was found and what to do.
    package var description: String {
        switch self {
        case .nounNotFound(let noun, let caption):
            """
            The prompt has to contain the class noun "\(noun)" once per subject of that class, but \
            "\(caption)" does not; write the noun where the subject belongs.
            """
        case .nounMissingOrTruncated(let noun, let caption, let word, let limit):
            """
            The prompt has to contain the class noun "\(noun)" among its first \(limit) tokens, \
            but "\(caption)" was cut before "\(word)"; shorten it or name the subject earlier.
            """
        }
    }
}
