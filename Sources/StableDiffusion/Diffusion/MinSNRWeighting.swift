/// Weights of a denoiser's squared errors by timestep: min-SNR-γ (Hang et al. 2023, §3.4; diffusers'
/// `snr_gamma`).
///
/// An error counts as one of x₀ with the weight min(SNR, γ). For noise that is min(SNR, γ)/SNR, which keeps
/// the almost clean timesteps, where only the finest grain is left to guess, from drowning the others.
package struct MinSNRWeighting: Sendable, Equatable {
    /// γ: the signal-to-noise ratio above which an error of x₀ counts no more. The publication uses 5.
    package let cap: Float

    /// Creates the weighting.
    package init(cap: Float) {
        precondition(cap > 0, "the cap of a signal-to-noise ratio is positive")
        self.cap = cap
    }

    /// The weight of each timestep's error in what a denoiser of this type predicts.
    package func weights(
        at timesteps: [Int],
        of predictionType: PredictionType,
        in schedule: NoiseSchedule
    ) -> [Float] {
        timesteps.map { timestep in
            let ratio = schedule.signalToNoiseRatio(at: timestep)
            let capped = min(ratio, cap)
            return switch predictionType {
            // Where nothing is left of the clean latents, the two quotients are 1 and 0.
            case .epsilon: ratio > 0 ? capped / ratio : 1
            case .velocity: capped / (ratio + 1)
            case .sample: capped
            }
        }
    }
}
