/// What happens to a prompt that does not fit the text encoder's 77 tokens.
package enum PromptOverflow: String, CaseIterable, Sendable {
    /// It is cut, and a warning on the job names the words that were lost.
    case warn
    /// The job fails.
    case error
}
