/// What happens to a prompt of more tokens than the text encoder has positions: 77 in published bases.
package enum PromptOverflow: String, CaseIterable, Sendable {
    /// It is cut, and a warning on the job names the words that were lost.
    case warn
    /// The job fails.
    case error
}
