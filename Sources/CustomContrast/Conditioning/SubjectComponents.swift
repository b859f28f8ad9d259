package import Tensors

/// The S⁺ components of one subject, to be placed into prompts.
package struct SubjectComponents: Sendable {
    /// The textual features, one per component, `[N, l, d]`.
    package let features: Tensor
    /// Whether each sample's placeholder takes them; where not, the class noun stays.
    package let isPresent: [Bool]

    /// Creates components.
    package init(features: Tensor, isPresent: [Bool]) {
        precondition(features.rank == 3 && features.shape[0] == isPresent.count, "one per sample")
        self.features = features
        self.isPresent = isPresent
    }
}
