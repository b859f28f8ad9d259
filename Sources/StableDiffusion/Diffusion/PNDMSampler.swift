internal import Layers
package import Tensors

/// Pseudo linear multistep (PLMS): extrapolates the denoiser's last four outputs.
///
/// Liu et al. 2022, arXiv 2202.09778, equations 9 and 12, warmed up by lower orders in place of
/// Runge-Kutta steps. Matches diffusers `PNDMScheduler` with `skip_prk_steps`; n steps ask n + 1 times.
package struct PNDMSampler: Sampler {
    package let timesteps: [Float]
    package let initialNoiseScale: Float = 1

    private let alphas: [Float]
    private let finalAlpha: Float
    private let stride: Int
    private let predictionType: PredictionType
    /// What the denoiser said at the last timesteps, oldest first, at most four.
    private var outputs: [Tensor] = []
    /// The first latents, from which the second step starts again.
    private var firstLatents: Tensor?

    /// - Parameter stepCount: How many steps, at least 2 and at most the training timesteps.
    package init(_ configuration: SchedulerConfiguration, stepCount: Int) throws {
        guard stepCount >= 2 else {
            throw ModelFileError.unsupported(
                option: "the number of steps",
                value: "\(stepCount)",
                supported: "at least 2 for PNDM"
            )
        }
        guard configuration.predictionType != .sample else {
            throw ModelFileError.unsupported(
                option: "prediction_type",
                value: "sample with PNDM",
                supported: "epsilon or v_prediction, or another sampler"
            )
        }
        try configuration.options.require(.skipRungeKuttaSteps, .flag(true))
        // diffusers' class does not know the rescaling.
        let schedule = configuration.noiseSchedule(rescaledToZeroSignal: false)
        var visited = try configuration.timesteps(stepCount, spacing: .leading)
            .map { Float($0.rounded(.toNearestOrEven)) }
        visited.insert(visited[1], at: 1)
        timesteps = visited
        alphas = schedule.alphasCumulativeProduct
        finalAlpha = configuration.setsFinalAlphaToOne ?? false ? 1 : alphas[0]
        stride = schedule.timestepCount / stepCount
        predictionType = configuration.predictionType
    }

    package mutating func step(
        _ latents: Tensor,
        output: Tensor,
        at index: Int,
        noise: () -> Tensor
    ) -> Tensor {
        let timestep = Int(timesteps[index])
        if index == 1, let firstLatents {
            // The denoiser was asked where the first step led to; that step is taken again.
            let mean = (output + outputs[0]) / 2
            return moved(firstLatents, by: mean, from: timestep + stride, to: timestep)
        }
        if index == 0 { firstLatents = latents }
        outputs = Array(outputs.suffix(3)) + [output]
        return moved(latents, by: extrapolated(), from: timestep, to: timestep - stride)
    }

    /// The Adams–Bashforth combination of the outputs there are (equation 12).
    private func extrapolated() -> Tensor {
        let e = outputs
        return switch e.count {
        case 1: e[0]
        case 2: (3 * e[1] - e[0]) / 2
        case 3: (23 * e[2] - 16 * e[1] + 5 * e[0]) / 12
        default: (55 * e[3] - 59 * e[2] + 37 * e[1] - 9 * e[0]) * Float(1.0 / 24)
        }
    }

    /// The transfer from one timestep to another (equation 9).
    private func moved(
        _ latents: Tensor,
        by output: Tensor,
        from timestep: Int,
        to next: Int
    ) -> Tensor {
        let alpha = alphas[timestep]
        let nextAlpha = next >= 0 ? alphas[next] : finalAlpha
        let epsilon = predictionType.epsilon(
            from: output,
            latents: latents,
            signal: alpha.squareRoot(),
            noise: (1 - alpha).squareRoot()
        )
        let scale = (nextAlpha / alpha).squareRoot()
        let denominator =
            alpha * (1 - nextAlpha).squareRoot()
            + (alpha * (1 - alpha) * nextAlpha).squareRoot()
        return scale * latents - ((nextAlpha - alpha) / denominator) * epsilon
    }
}
