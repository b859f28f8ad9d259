package import Tensors

/// How much of the clean latents is left at each training timestep: the table ᾱ_t = ∏ (1 − β_s).
///
/// Matches the tables of diffusers' schedulers: β in float32, the product rounded to float32.
package struct NoiseSchedule: Sendable, Equatable {
    /// ᾱ_t for every training timestep, falling.
    package let alphasCumulativeProduct: [Float]

    /// The number of training timesteps.
    package var timestepCount: Int { alphasCumulativeProduct.count }

    /// Creates the table from variances.
    ///
    /// - Parameters:
    ///   - betas: β_t, each between 0 and 1.
    ///   - rescaledToZeroSignal: Whether the table is stretched so that its last entry is 0, and the last
    ///     timestep pure noise (Lin et al. 2024, "Common Diffusion Noise Schedules and Sample Steps are
    ///     Flawed", algorithm 1).
    package init(betas: [Float], rescaledToZeroSignal: Bool = false) {
        let betas = rescaledToZeroSignal ? Self.rescaledToZeroSignal(betas) : betas
        alphasCumulativeProduct = Self.cumulativeProduct(of: betas.map { 1 - $0 })
    }

    /// √ᾱ_t, the factor of the clean latents.
    package func signal(at timestep: Int) -> Float {
        alphasCumulativeProduct[timestep].squareRoot()
    }

    /// √(1 − ᾱ_t), the factor of the noise.
    package func noise(at timestep: Int) -> Float {
        (1 - alphasCumulativeProduct[timestep]).squareRoot()
    }

    /// ᾱ_t / (1 − ᾱ_t), as loss weights use it (Hang et al. 2023, min-SNR).
    package func signalToNoiseRatio(at timestep: Int) -> Float {
        alphasCumulativeProduct[timestep] / (1 - alphasCumulativeProduct[timestep])
    }

    /// x_t = √ᾱ_t·x₀ + √(1 − ᾱ_t)·ε, with a timestep for each sample.
    package func noisy(_ clean: Tensor, noise: Tensor, timesteps: [Int]) -> Tensor {
        let (signals, noises) = factors(of: timesteps, rank: clean.rank)
        return signals * clean + noises * noise
    }

    /// v_t = √ᾱ_t·ε − √(1 − ᾱ_t)·x₀, with a timestep for each sample.
    package func velocity(_ clean: Tensor, noise: Tensor, timesteps: [Int]) -> Tensor {
        let (signals, noises) = factors(of: timesteps, rank: clean.rank)
        return signals * noise - noises * clean
    }

    /// What a denoiser of a type has to say about `noisy(clean, noise, timesteps)`.
    package func target(
        of predictionType: PredictionType,
        clean: Tensor,
        noise: Tensor,
        timesteps: [Int]
    ) -> Tensor {
        switch predictionType {
        case .epsilon: noise
        case .velocity: velocity(clean, noise: noise, timesteps: timesteps)
        case .sample: clean
        }
    }

    /// σ_t = √((1 − ᾱ_t) / ᾱ_t) of every timestep, rising: the noise level when the signal's factor is 1.
    ///
    /// Where ᾱ is 0 the level of ᾱ = 2⁻²⁴ stands for the infinite one.
    var sigmas: [Float] {
        alphasCumulativeProduct.map { alpha in
            let alpha = max(alpha, 0x1p-24)
            return ((1 - alpha) / alpha).squareRoot()
        }
    }

    /// √ᾱ and √(1 − ᾱ) of each sample's timestep, `[N, 1, …]`.
    private func factors(of timesteps: [Int], rank: Int) -> (signals: Tensor, noises: Tensor) {
        let shape = Shape([timesteps.count] + repeatElement(1, count: rank - 1))
        return (
            Tensor(timesteps.map(signal), shape: shape), Tensor(timesteps.map(noise), shape: shape)
        )
    }

    private static func cumulativeProduct(of factors: [Float]) -> [Float] {
        var product = 1.0
        return factors.map { factor in
            product *= Double(factor)
            return Float(product)
        }
    }

    /// Shifts √ᾱ so that it ends at 0 and scales it so that it starts where it did.
    private static func rescaledToZeroSignal(_ betas: [Float]) -> [Float] {
        let roots = cumulativeProduct(of: betas.map { 1 - $0 }).map { $0.squareRoot() }
        guard let first = roots.first, let last = roots.last else { return [] }
        let products = roots.map { root in
            let moved = (root - last) * (first / (first - last))
            return moved * moved
        }
        return products.indices.map { index in
            1 - (index == 0 ? products[0] : products[index] / products[index - 1])
        }
    }
}
