internal import Layers
package import Tensors

/// Denoising diffusion implicit models (Song et al. 2021, equation 12).
///
/// Matches diffusers `DDIMScheduler`, whose previous timestep is always 1000/n below, whatever the spacing.
package struct DDIMSampler: Sampler {
    package let timesteps: [Float]
    package let initialNoiseScale: Float = 1

    private let alphas: [Float]
    private let finalAlpha: Float
    private let stride: Int
    private let predictionType: PredictionType
    private let clipRange: ClosedRange<Float>?
    private let eta: Float

    /// - Parameters:
    ///   - stepCount: How many steps, at most the training timesteps.
    ///   - eta: 0 is deterministic, 1 adds as much noise as ancestral sampling (DDPM).
    package init(_ configuration: SchedulerConfiguration, stepCount: Int, eta: Float = 0) throws {
        try configuration.options.require(.thresholding, .flag(false))
        let schedule = configuration.noiseSchedule
        let alphas = schedule.alphasCumulativeProduct
        let timesteps = try configuration.timesteps(stepCount, spacing: .leading)
            .map { Float($0.rounded(.toNearestOrEven)) }
        let visitsPureNoise = timesteps.contains { alphas[Int($0)] == 0 }
        if visitsPureNoise, configuration.predictionType == .epsilon {
            throw ModelFileError.unsupported(
                option: "rescale_betas_zero_snr",
                value: "true with epsilon prediction and a step at timestep \(alphas.count - 1)",
                supported:
                    "v_prediction, or timestep_spacing leading, because pure noise says nothing "
                    + "about the picture"
            )
        }
        self.timesteps = timesteps
        self.alphas = alphas
        finalAlpha = configuration.setsFinalAlphaToOne ?? true ? 1 : alphas[0]
        stride = schedule.timestepCount / stepCount
        predictionType = configuration.predictionType
        clipRange = configuration.clipsSample ?? true ? configuration.clipRange : nil
        self.eta = eta
    }

    package func step(
        _ latents: Tensor,
        output: Tensor,
        at index: Int,
        noise: () -> Tensor
    ) -> Tensor {
        let timestep = Int(timesteps[index])
        let alpha = alphas[timestep]
        let previousAlpha = timestep >= stride ? alphas[timestep - stride] : finalAlpha
        let (signal, noiseLevel) = (alpha.squareRoot(), (1 - alpha).squareRoot())

        var clean = predictionType.clean(
            from: output,
            latents: latents,
            signal: signal,
            noise: noiseLevel
        )
        if let clipRange { clean = clean.clamped(to: clipRange) }
        let epsilon = predictionType.epsilon(
            from: output,
            latents: latents,
            signal: signal,
            noise: noiseLevel
        )

        let variance = (1 - previousAlpha) / (1 - alpha) * (1 - alpha / previousAlpha)
        let added = eta * variance.squareRoot()
        let direction = (1 - previousAlpha - added * added).squareRoot()
        let next = previousAlpha.squareRoot() * clean + direction * epsilon
        return added > 0 ? next + added * noise() : next
    }
}
