/// How a reference picture becomes a square, where neither mask nor transparency tells where the subject is.
package enum ReferenceFit: String, CaseIterable, Sendable {
    /// All of it, with white beside or above it.
    case pad
    /// Its middle, as CLIP's own preparation crops.
    case crop
}
