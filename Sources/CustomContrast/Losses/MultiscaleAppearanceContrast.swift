package import Tensors

/// Multiscale appearance contrastive learning (MACL) in the S⁺ space, `L_m` of equation 7.
///
/// For an anchor i and its positive j (another view of the same subject at the same timestep), with
/// `cos^a` the cosine of the components of the a-th cross-attention layer and `α = 1 / r` the inverse
/// similarity of the real subjects:
///
///     L_m^ij = Σ_{a<l} [ log Σ_{k∈P(i)} exp(α_ik · cos^a_ik / τ) − α_ij · cos^a_ij / τ ]
///
/// P(i) holds every other sample, j included, but no further sample of the same subject. The sum runs
/// over the l components of S⁺; the (l+1)-th textual feature belongs to CSCL. Logits reach 10/0.07, past
/// float32's exponential, so everything stays in log space.
package struct MultiscaleAppearanceContrast: Sendable {
    /// How the terms of the layers combine.
    package enum LayerReduction: String, Sendable, Codable {
        /// As printed; grows with the number of layers.
        case sum
        /// Keeps the loss's size when there are many layers (SDXL).
        case mean
    }

    /// An anchor and its positive, as indices of samples.
    package struct Pair: Sendable, Equatable {
        package let anchor: Int
        package let positive: Int

        package init(anchor: Int, positive: Int) {
            self.anchor = anchor
            self.positive = positive
        }
    }

    /// τ: what scaled cosines are divided by.
    package var temperature: Float
    /// The least real similarity: α is at most its inverse. Similarities of at most 0 would otherwise
    /// attract or overflow.
    package var similarityFloor: Float
    /// How the terms of the layers combine.
    package var layerReduction: LayerReduction

    /// Creates the contrast.
    package init(
        temperature: Float = 0.07,
        similarityFloor: Float = 0.1,
        layerReduction: LayerReduction = .sum
    ) {
        precondition(temperature > 0, "a temperature is positive")
        precondition(similarityFloor > 0 && similarityFloor <= 1, "the floor is in 0…1")
        self.temperature = temperature
        self.similarityFloor = similarityFloor
        self.layerReduction = layerReduction
    }

    /// The mean loss of `pairs`, a scalar, or `nil` without a pair.
    ///
    /// - Parameters:
    ///   - features: The S⁺ components before the text encoder, `[N, l, d]`: anchors and positives.
    ///   - appearance: The frozen image embeddings of the cut-out subjects, `[N, e]`; no gradient.
    ///   - subjects: The subject each sample shows; equal numbers mean the same subject.
    ///   - pairs: Which samples are anchors, with their positives.
    package func callAsFunction(
        features: Tensor,
        appearance: Tensor,
        subjects: [Int],
        pairs: [Pair]
    ) -> Tensor? {
        precondition(features.rank == 3 && appearance.rank == 2, "[N, l, d] and [N, e]")
        precondition(
            features.shape[0] == subjects.count && appearance.shape[0] == subjects.count,
            "one subject per sample"
        )
        guard !pairs.isEmpty else { return nil }
        let relation = SubjectPairs(subjects: subjects)
        let count = subjects.count

        let components = features.transposed(1, 0, 2)  // [l, N, d]
        let cosines = cosineSimilarities(components, components)  // [l, N, N]
        let logits = cosines * scalingFactors(appearance) / temperature
        let anchors = logits.transposed(1, 0, 2).gathered(rows: pairs.map(\.anchor))  // [A, l, N]

        let others = pairs.map { pair in
            relation.mask(rows: [pair.anchor]) { anchor, other in
                other == pair.positive || relation.isNegative(other, of: anchor)
            }
        }
        let pool = concatenated(others, axis: 0).reshaped(to: [pairs.count, 1, count])
        let chosen = pairs.flatMap { pair in (0..<count).map { $0 == pair.positive ? Float(1) : 0 }
        }
        let positives = Tensor(chosen, shape: [pairs.count, 1, count])

        let terms = (anchors + pool).logSumExp(axis: -1) - (anchors * positives).sum(axis: -1)
        switch layerReduction {  // terms: [A, l]
        case .sum: return terms.sum(axis: -1).mean()
        case .mean: return terms.mean()
        }
    }

    /// `α_ij = 1 / clamp(r_ij, floor, 1)` with `r_ij` the cosine of the embeddings, `[N, N]`.
    package func scalingFactors(_ appearance: Tensor) -> Tensor {
        let embeddings = appearance.detached
        return cosineSimilarities(embeddings, embeddings).clamped(to: similarityFloor...1)
            .reciprocal()
    }

    /// How often the floor counts: the share of the compared samples whose similarity to their anchor is below
    /// it, 0…1. It should be 0; α says less than it could where it is not.
    ///
    /// Parameters are those of the loss; without a pair it is 0.
    package func clampedShare(appearance: Tensor, subjects: [Int], pairs: [Pair]) -> Float {
        let embeddings = appearance.detached
        let similarities = cosineSimilarities(embeddings, embeddings).values
        let relation = SubjectPairs(subjects: subjects)
        let compared = pairs.flatMap { pair in
            subjects.indices
                .filter { $0 == pair.positive || relation.isNegative($0, of: pair.anchor) }
                .map { similarities[pair.anchor * subjects.count + $0] }
        }
        return Float(compared.count { $0 < similarityFloor }) / Float(max(1, compared.count))
    }
}
