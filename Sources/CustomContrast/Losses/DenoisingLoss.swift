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
    package func callAsFunction(_ prediction: Tensor, target: Tensor) -> Tensor {
        meanSquaredError(prediction, target)
    }
}
