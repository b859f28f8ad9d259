/// Where a subject's textual feature stands in a caption.
package enum PlaceholderChoice: String, CaseIterable, Sendable {
    /// In place of the class noun.
    case replace
    /// Before the class noun, which stays.
    case before
}
