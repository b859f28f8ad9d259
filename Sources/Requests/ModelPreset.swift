/// Sizes in which the small world's models come.
package enum ModelPreset: String, CaseIterable, Sendable {
    /// What the repository ships.
    case small
    /// A few thousand weights, for tests.
    case tiny
}
