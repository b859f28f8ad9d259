/// How much of a subject's own looks a caption tells. What is edited is always told.
package enum CaptionDetail: Sendable, CaseIterable {
    /// Its class only, as in prompts for a subject that reference pictures show: "a mug".
    case noun
    /// Its first colour too: "a red mug".
    case color
    /// Its colours and its pattern: "a red and white striped mug".
    case full
}
