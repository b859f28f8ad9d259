package import Tensors

/// Further views of a batch's subjects, one per sample: the positives of the appearance contrast.
package struct SubjectViews: Sendable {
    /// The S⁺ components of the views at their anchors' timesteps, `[N, l, d]`.
    package let components: Tensor
    /// The frozen image embeddings of the cut-out subjects, `[2N, e]`: of the batch, then of the views.
    package let appearance: Tensor

    /// Creates views.
    package init(components: Tensor, appearance: Tensor) {
        precondition(
            appearance.shape[0] == 2 * components.shape[0],
            "an embedding per sample and one per view"
        )
        self.components = components
        self.appearance = appearance
    }
}
