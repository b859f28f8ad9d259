package import Tensors

/// What the MFI encoder makes of pictures before it knows the timestep.
package struct MFIMedia: Sendable {
    /// `f_v`, `[N, m + 1, d]`.
    package let visual: Tensor?
    /// What the textual Q-Former reads.
    package let textual: QFormerMedia?
}

extension MFIMedia {
    /// All samples' visual tokens side by side as one sample's: `[R, m, d]` to `[1, R·m, d]`.
    var withTokensInOneRow: MFIMedia {
        MFIMedia(
            visual: visual.map { $0.reshaped(to: [1, $0.shape[0] * $0.shape[1], $0.shape[2]]) },
            textual: textual
        )
    }
}
