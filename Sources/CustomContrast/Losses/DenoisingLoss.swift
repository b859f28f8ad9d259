package import Tensors

/// How far the predicted noise is from the true noise: `L_LDM`, equation 1.
///
/// The paper prints a squared norm. This is its mean over the elements, because a sum would be thousands
/// of times larger and would void the weights λ₁ and λ₂ of equation 9.
package struct DenoisingLoss: Sendable {
    package init() {}

    /// `mean((ε − ε_θ)²)`, a scalar.
    ///
    /// - Parameters:
    ///   - prediction: What the UNet predicted, `[N, H, W, C]`.
    ///   - target: The noise (or velocity) it should have predicted, of the same shape.
    ///   - weights: What each sample's error counts; `nil` for the same, as in the paper.
    package func callAsFunction(
        _ prediction: Tensor,
        target: Tensor,
        weights: [Float]? = nil
    ) -> Tensor {
        guard let weights else { return meanSquaredError(prediction, target) }
        precondition(weights.count == prediction.shape[0], "one weight per sample")
        let errors = (prediction - target).squared().flattened(from: 1).mean(axis: 1)  // [N]
        return (errors * Tensor(weights, shape: [weights.count])).mean()
    }
}
