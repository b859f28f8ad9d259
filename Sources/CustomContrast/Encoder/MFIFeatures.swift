package import Tensors

/// What the MFI encoder extracts of each sample's subject at its timestep.
package struct MFIFeatures: Sendable {
    /// `f_t`, `[N, l + 1, d]`; `nil` without a textual Q-Former.
    package let textual: Tensor?
    /// `f_v` before fusion, `[N, m + 1, d]`; `nil` without a visual Q-Former.
    package let visual: Tensor?
    /// `f̂_v`, or `f_v` without fusion, without its CLS row: `[N, m, d]`, for the visual cross-attention.
    package let subjectTokens: Tensor?

    /// S⁺: the textual features of the l components, `[N, l, d]`.
    package var components: Tensor? {
        textual.map { $0.sliced(axis: 1, 0..<$0.shape[1] - 1) }
    }

    /// The textual CLS features, `[N, d]`.
    package var textualClass: Tensor? { textual.map(Self.lastRow) }

    /// The visual CLS features before fusion, `[N, d]`.
    package var visualClass: Tensor? { visual.map(Self.lastRow) }

    private static func lastRow(_ features: Tensor) -> Tensor {
        let (count, rows, width) = (features.shape[0], features.shape[1], features.shape[2])
        return features.sliced(axis: 1, rows - 1..<rows).reshaped(to: [count, width])
    }
}
