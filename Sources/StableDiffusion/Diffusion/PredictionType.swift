internal import Tensors

/// What a denoiser's output stands for, given noisy latents x_t = √ᾱ·x₀ + √(1−ᾱ)·ε.
package enum PredictionType: String, Sendable, Equatable, CaseIterable, Decodable {
    /// The noise ε (Ho et al. 2020).
    case epsilon
    /// v = √ᾱ·ε − √(1−ᾱ)·x₀ (Salimans and Ho 2022).
    case velocity = "v_prediction"
    /// The clean latents x₀.
    case sample

    /// The clean latents that an output implies.
    ///
    /// - Parameters:
    ///   - output: What the denoiser said about `latents`.
    ///   - latents: x_t.
    ///   - signal: √ᾱ, the factor of x₀ in x_t; not 0 for `epsilon`.
    ///   - noise: √(1−ᾱ), the factor of ε in x_t.
    func clean(from output: Tensor, latents: Tensor, signal: Float, noise: Float) -> Tensor {
        switch self {
        case .epsilon: (latents - noise * output) / signal
        case .velocity: signal * latents - noise * output
        case .sample: output
        }
    }

    /// The noise that an output implies; the parameters are those of `clean`.
    func epsilon(from output: Tensor, latents: Tensor, signal: Float, noise: Float) -> Tensor {
        switch self {
        case .epsilon: output
        case .velocity: signal * output + noise * latents
        case .sample: (latents - signal * output) / noise
        }
    }
}
