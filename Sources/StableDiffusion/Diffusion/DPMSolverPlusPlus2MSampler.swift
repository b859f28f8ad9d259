internal import Foundation
package import Tensors

/// DPM-Solver++(2M): two-step integration in λ = ln(α/σ) (Lu et al. 2022, arXiv 2211.01095, algorithm 2).
///
/// Matches diffusers `DPMSolverMultistepScheduler` of order 2 with the midpoint rule; the last step, to
/// σ = 0, is of order 1 and lands on the predicted clean latents.
package struct DPMSolverPlusPlus2MSampler: Sampler {
    package var timesteps: [Float] { levels.timesteps }
    package let initialNoiseScale: Float = 1

    private let levels: SigmaSchedule
    private let predictionType: PredictionType
    /// The clean latents predicted in the step before.
    private var previousClean: Tensor?

    /// - Parameter stepCount: How many steps, fewer than the training timesteps.
    package init(_ configuration: SchedulerConfiguration, stepCount: Int) throws {
        try configuration.requireTimesteps(stepCount)
        let options = configuration.options
        // What DEIS and UniPC call their solvers stands for this one's, as in diffusers.
        try options.require(.algorithmType, .text("dpmsolver++"), .text("deis"))
        try options.require(
            .solverType,
            .text("midpoint"),
            .text("logrho"),
            .text("bh1"),
            .text("bh2")
        )
        try options.require(.solverOrder, .number(2))
        try options.require(.finalSigmasType, .text("zero"))
        try options.require(.lambdaClip, .number(-.infinity))
        for key: SchedulerOptions.Key in [
            .thresholding, .usesExponentialSigmas, .usesBetaSigmas, .usesLuLambdas,
            .usesDynamicShifting,
        ] { try options.require(key, .flag(false)) }
        let schedule = configuration.noiseSchedule
        if configuration.usesKarrasSigmas {
            let all = schedule.sigmas
            levels = SigmaSchedule(
                karras: stepCount,
                in: all[0]...all[all.count - 1],
                of: schedule,
                rounded: configuration.betaSchedule != .squaredCosine
            )
        } else {
            // The other spacings lay out one step more and drop the last one.
            let isTrailing = configuration.timestepSpacing == .trailing
            let visited = try configuration.timesteps(
                isTrailing ? stepCount : stepCount + 1,
                spacing: .linspace
            )
            levels = SigmaSchedule(
                timesteps: visited.prefix(stepCount).map { $0.rounded(.toNearestOrEven) },
                in: schedule
            )
        }
        predictionType = configuration.predictionType
    }

    package mutating func step(
        _ latents: Tensor,
        output: Tensor,
        at index: Int,
        noise: () -> Tensor
    ) -> Tensor {
        let (now, next) = (Level(levels.sigmas[index]), Level(levels.sigmas[index + 1]))
        let clean = predictionType.clean(
            from: output,
            latents: latents,
            signal: now.alpha,
            noise: now.sigma
        )
        defer { previousClean = clean }
        guard next.sigma > 0 else { return clean }

        let step = next.lambda - now.lambda
        let factor = next.alpha * (exp(-step) - 1)
        var moved = (next.sigma / now.sigma) * latents - factor * clean
        if index > 0, let previousClean {
            let ratio = (now.lambda - Level(levels.sigmas[index - 1]).lambda) / step
            let slope = (clean - previousClean) / ratio
            moved = moved - (0.5 * factor) * slope
        }
        return moved
    }

    /// A noise level as the factors of signal and noise, α² + σ² = 1.
    private struct Level {
        let alpha: Float
        let sigma: Float
        var lambda: Float { log(alpha) - log(sigma) }

        /// - Parameter ratio: σ/α.
        init(_ ratio: Float) {
            alpha = 1 / (ratio * ratio + 1).squareRoot()
            sigma = ratio * alpha
        }
    }
}
