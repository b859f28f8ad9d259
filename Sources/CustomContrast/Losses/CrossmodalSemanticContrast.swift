package import Tensors

/// Crossmodal semantic contrastive learning (CSCL), `L_c` of equation 4.
///
/// Pulls the visual and the textual CLS feature of one sample together and pushes those of different
/// subjects apart, in both directions. With `a_ij = cos(f_v,i, f_t,j) / τ`:
///
///     L_c = mean_i [ −2·a_ii + log Σ_{j∈neg(i)} exp(a_ji) + log Σ_{j∈neg(i)} exp(a_ij) ]
///
/// The denominator does not hold the positive (as printed), so the loss may be negative. Three readings
/// the paper leaves open: negatives exclude every sample of the same subject, because the batch holds
/// further views of it; samples without a negative are skipped; the sum over samples is a mean, so that
/// λ₁ does not depend on the batch size.
package struct CrossmodalSemanticContrast: Sendable {
    /// What cosines are divided by; equation 4 has none, which is 1.
    package var temperature: Float

    /// Creates the contrast.
    package init(temperature: Float = 1) {
        precondition(temperature > 0, "a temperature is positive")
        self.temperature = temperature
    }

    /// The loss, a scalar, or `nil` when no sample has a negative.
    ///
    /// - Parameters:
    ///   - visual: The CLS rows of the visual Q-Former, before fusion, `[N, d]`.
    ///   - textual: The CLS rows of the textual Q-Former, `[N, d]`.
    ///   - subjects: The subject each sample shows; equal numbers mean the same subject.
    package func callAsFunction(visual: Tensor, textual: Tensor, subjects: [Int]) -> Tensor? {
        precondition(visual.shape == textual.shape && visual.rank == 2, "one CLS row per sample")
        precondition(visual.shape[0] == subjects.count, "one subject per sample")
        let pairs = SubjectPairs(subjects: subjects)
        let samples = pairs.samplesWithNegatives
        guard !samples.isEmpty else { return nil }

        let a = cosineSimilarities(visual, textual) / temperature  // [N, N], a_ij
        let fromImages = a.gathered(rows: samples)  // row i: a_i·
        let fromTexts = a.transposed(1, 0).gathered(rows: samples)  // row i: a_·i
        let negatives = pairs.mask(rows: samples) { pairs.isNegative($1, of: $0) }
        let agreement = (visual.l2Normalized() * textual.l2Normalized()).sum(axis: -1) / temperature

        let repulsion =
            (fromTexts + negatives).logSumExp(axis: -1)
            + (fromImages + negatives).logSumExp(axis: -1)
        return (repulsion - 2 * agreement.gathered(rows: samples)).mean()
    }
}
