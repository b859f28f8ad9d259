package import Tensors

/// Moves the denoiser's output away from what it says without a prompt: u + g·(c − u).
///
/// Ho and Salimans 2021, "Classifier-Free Diffusion Guidance". The batch holds the unconditional half
/// first, as in diffusers.
package struct ClassifierFreeGuidance: Sendable, Equatable {
    /// g; 1 is no guidance.
    package let scale: Float

    package init(scale: Float) { self.scale = scale }

    /// Whether the denoiser has to be asked without a prompt at all.
    package var isActive: Bool { scale != 1 }

    /// The guided output.
    ///
    /// - Parameters:
    ///   - unconditional: u, the output without a prompt.
    ///   - conditional: c, the output with one; of the same shape.
    package func callAsFunction(unconditional: Tensor, conditional: Tensor) -> Tensor {
        unconditional + scale * (conditional - unconditional)
    }

    /// The guided output `[N, …]` of a batch `[2N, …]` with the unconditional half first.
    package func callAsFunction(_ batch: Tensor) -> Tensor {
        let half = batch.shape[0] / 2
        return self(
            unconditional: batch.sliced(axis: 0, 0..<half),
            conditional: batch.sliced(axis: 0, half..<2 * half)
        )
    }
}
