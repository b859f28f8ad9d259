package import Tensors

/// Keeps the placeholder's attention on the subject: `L_loc`, the intent of equation 8.
///
/// Ā is the text attention of the placeholder token, averaged over heads and layers; M is the subject's
/// mask. As printed, equation 8 is `mean(1 − M) − mean(Ā)`: the products with M cancel and its gradient
/// does not depend on the mask. FastComposer's balanced form, which the paper cites, does what the text
/// says:
///
///     L_loc = Σ Ā(1 − M) / (Σ(1 − M) + ε) − Σ ĀM / (ΣM + ε)
///
/// Its range is −1…1. Visual attention maps carry no signal here: averaged over the tokens of their own
/// softmax they are constant.
package struct LocationLoss: Sendable {
    /// Keeps the quotients finite.
    static let epsilon: Float = 1e-5

    /// The side the layers' maps are brought to, in cells.
    package var side: Int

    /// Creates the loss; `side` should not exceed the latent's own.
    package init(side: Int = 64) {
        precondition(side > 0, "a map has at least one cell")
        self.side = side
    }

    /// The mean over the samples that have something to locate, a scalar; `nil` if none has.
    ///
    /// A sample is skipped when its mask is empty or full, or when it is not `included`, as when its
    /// placeholder or its reference picture was dropped.
    ///
    /// - Parameters:
    ///   - attention: Per layer, the placeholder's probability at each cell, mean over heads, `[N, h, w]`.
    ///   - masks: 1 on the subject, 0 elsewhere, soft at the border, `[N, H, W]`.
    ///   - included: Whether each sample takes part.
    package func callAsFunction(attention: [Tensor], masks: Tensor, included: [Bool]) -> Tensor? {
        precondition(!attention.isEmpty, "there is at least one cross-attention layer")
        precondition(masks.shape[0] == included.count, "one decision per sample")
        let m = resized(masks.detached, antialiased: true)
        let samples = included.indices.filter { included[$0] && hasBothSides(m, sample: $0) }
        guard !samples.isEmpty else { return nil }

        let maps = attention.map { resized($0, antialiased: false) }
        let average = maps.dropFirst().reduce(maps[0], +) / Float(maps.count)  // [N, side²]
        let a = average.gathered(rows: samples)
        let inside = m.gathered(rows: samples)
        let outside = 1 - inside
        let onBackground = (a * outside).sum(axis: -1) / (outside.sum(axis: -1) + Self.epsilon)
        let onSubject = (a * inside).sum(axis: -1) / (inside.sum(axis: -1) + Self.epsilon)
        return (onBackground - onSubject).mean()
    }

    /// Maps `[N, h, w]` at the common side, flattened to `[N, side²]`.
    private func resized(_ maps: Tensor, antialiased: Bool) -> Tensor {
        let (count, height, width) = (maps.shape[0], maps.shape[1], maps.shape[2])
        let pictures = maps.reshaped(to: [count, height, width, 1])
        return resizedBilinear(pictures, height: side, width: side, antialiased: antialiased)
            .reshaped(to: [count, side * side])
    }

    /// Whether the mask of a sample has both subject and background, at least one cell's worth of each.
    private func hasBothSides(_ masks: Tensor, sample: Int) -> Bool {
        let covered = masks.sliced(axis: 0, sample..<sample + 1).sum().scalar
        return covered >= 1 && covered <= Float(side * side - 1)
    }
}
