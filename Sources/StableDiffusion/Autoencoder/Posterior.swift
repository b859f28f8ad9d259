package import Tensors

/// A normal distribution of latents with independent components, as an encoder gives it.
///
/// Matches diffusers `DiagonalGaussianDistribution`.
package struct Posterior: Sendable {
    /// The means, `[N, h, w, C]`; not yet multiplied by the scaling factor.
    package let mean: Tensor
    /// The logarithms of the variances, clamped to −30…20.
    package let logVariance: Tensor

    /// Splits an encoder's output `[N, h, w, 2C]`.
    init(moments: Tensor) {
        let channels = moments.shape[3] / 2
        mean = moments.sliced(axis: 3, 0..<channels)
        logVariance = moments.sliced(axis: 3, channels..<2 * channels).clamped(to: -30...20)
    }

    /// mean + exp(½·logVariance)·noise, for standard normal noise of the mean's shape.
    package func sample(noise: Tensor) -> Tensor {
        mean + (0.5 * logVariance).exponential() * noise
    }
}
