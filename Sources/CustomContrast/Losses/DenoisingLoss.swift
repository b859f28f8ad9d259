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
        mean(ofErrors: errors(prediction, target: target), weights: weights)
    }

    /// The mean squared error of each sample, `[N]`.
    package func errors(_ prediction: Tensor, target: Tensor) -> Tensor {
        (prediction - target).squared().flattened(from: 1).mean(axis: 1)
    }

    /// The loss of samples whose `errors` are known, a scalar.
    package func mean(ofErrors errors: Tensor, weights: [Float]?) -> Tensor {
        guard let weights else { return errors.mean() }
        precondition(weights.count == errors.shape[0], "one weight per sample")
        return (errors * Tensor(weights, shape: [weights.count])).mean()
    }
}
