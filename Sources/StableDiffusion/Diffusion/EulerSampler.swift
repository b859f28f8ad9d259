package import Tensors

/// Euler's method on the probability flow, where latents are x₀ + σ·ε (Karras et al. 2022, algorithm 1).
///
/// Matches diffusers `EulerDiscreteScheduler` without churn.
package struct EulerSampler: Sampler {
    package var timesteps: [Float] { levels.timesteps }
    package let initialNoiseScale: Float

    private let levels: SigmaSchedule
    private let predictionType: PredictionType

    /// - Parameter stepCount: How many steps, at most the training timesteps.
    package init(_ configuration: SchedulerConfiguration, stepCount: Int) throws {
        let options = configuration.options
        try options.require(.interpolationType, .text("linear"))
        try options.require(.timestepType, .text("discrete"))
        try options.require(.finalSigmasType, .text("zero"))
        try options.require(.usesExponentialSigmas, .flag(false))
        try options.require(.usesBetaSigmas, .flag(false))
        try options.require(.lowestSigma)
        try options.require(.highestSigma)
        let schedule = configuration.noiseSchedule
        let visited = SigmaSchedule(
            timesteps: try configuration.timesteps(stepCount, spacing: .linspace),
            in: schedule
        )
        let (highest, lowest) = (visited.sigmas[0], visited.sigmas[stepCount - 1])
        levels =
            configuration.usesKarrasSigmas
            ? SigmaSchedule(karras: stepCount, in: lowest...highest, of: schedule, rounded: false)
            : visited
        predictionType = configuration.predictionType
        initialNoiseScale =
            configuration.timestepSpacing == .leading
            ? (levels.sigmas[0] * levels.sigmas[0] + 1).squareRoot() : levels.sigmas[0]
    }

    package func denoiserInput(_ latents: Tensor, at index: Int) -> Tensor {
        let sigma = levels.sigmas[index]
        return latents / (sigma * sigma + 1).squareRoot()
    }

    package func step(
        _ latents: Tensor,
        output: Tensor,
        at index: Int,
        noise: () -> Tensor
    ) -> Tensor {
        let (sigma, nextSigma) = (levels.sigmas[index], levels.sigmas[index + 1])
        let clean = clean(from: output, latents: latents, sigma: sigma)
        let derivative = (latents - clean) / sigma
        return latents + derivative * (nextSigma - sigma)
    }

    /// x₀ where latents are x₀ + σ·ε.
    private func clean(from output: Tensor, latents: Tensor, sigma: Float) -> Tensor {
        switch predictionType {
        case .epsilon: latents - sigma * output
        case .velocity:
            output * (-sigma / (sigma * sigma + 1).squareRoot()) + latents / (sigma * sigma + 1)
        case .sample: output
        }
    }
}
