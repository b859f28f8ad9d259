package import Tensors

/// What the MFI encoder makes of pictures before it knows the timestep.
package struct MFIMedia: Sendable {
    /// `f_v`, `[N, m + 1, d]`.
    package let visual: Tensor?
    /// What the textual Q-Former reads.
    package let textual: QFormerMedia?
}
