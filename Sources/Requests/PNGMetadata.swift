/// What a generated PNG tells about how it was made.
package enum PNGMetadata: String, CaseIterable, Sendable {
    /// The text below, and the whole request as JSON.
    case full
    /// The one-paragraph text that galleries search: prompt, sampler, steps, seed, size.
    case parameters
    /// Nothing.
    case none
}
