package import Foundation
internal import Layers

/// What a diffusers `scheduler_config.json` says: how the model was trained, and how to sample from it.
///
/// Any sampler can be made from it, whichever class the file names. What a file leaves open is optional
/// here where the classes' defaults differ.
package struct SchedulerConfiguration: Sendable, Equatable {
    /// The diffusers class the file was written by, such as `PNDMScheduler`.
    package var className: String?
    /// The number of training timesteps.
    package var timestepCount: Int
    /// How β rises from `betaStart` to `betaEnd`.
    package var betaSchedule: BetaSchedule
    package var betaStart: Double
    package var betaEnd: Double
    /// β of every timestep where the file lists them; they win over the schedule.
    package var trainedBetas: [Float]?
    /// What the denoiser was trained to say.
    package var predictionType: PredictionType
    /// Which timesteps are visited.
    package var timestepSpacing: TimestepSpacing?
    /// What is added to timesteps of the spacing `leading`.
    package var stepsOffset: Int
    /// Whether ᾱ is stretched to end at 0.
    package var rescalesToZeroSignal: Bool
    /// Whether noise levels are spaced as Karras et al. do, in place of `timestepSpacing`.
    package var usesKarrasSigmas: Bool
    /// Whether the predicted clean latents are clipped to `clipRange` (DDIM).
    package var clipsSample: Bool?
    package var clipRange: ClosedRange<Float>
    /// Whether the last step goes to ᾱ = 1 rather than to ᾱ of timestep 0 (DDIM, PNDM).
    package var setsFinalAlphaToOne: Bool?
    /// What only some samplers read.
    var options = SchedulerOptions()

    /// The schedule of Stable Diffusion 1 and SDXL.
    package init() {
        timestepCount = 1000
        betaSchedule = .scaledLinear
        betaStart = 0.00085
        betaEnd = 0.012
        predictionType = .epsilon
        stepsOffset = 1
        rescalesToZeroSignal = false
        usesKarrasSigmas = false
        clipsSample = false
        clipRange = -1...1
        setsFinalAlphaToOne = false
        timestepSpacing = .leading
    }

    /// Reads a `scheduler_config.json`.
    package init(file: URL) throws {
        self = try ModelFile.decode(Self.self, from: file)
    }

    /// The table ᾱ.
    package var noiseSchedule: NoiseSchedule {
        noiseSchedule(rescaledToZeroSignal: rescalesToZeroSignal)
    }

    /// The table ᾱ, whatever the file says about rescaling it.
    func noiseSchedule(rescaledToZeroSignal: Bool) -> NoiseSchedule {
        NoiseSchedule(
            betas: trainedBetas
                ?? betaSchedule.betas(from: betaStart, to: betaEnd, count: timestepCount),
            rescaledToZeroSignal: rescaledToZeroSignal
        )
    }

    /// The timesteps a sampler visits, falling; those of `linspace` may be fractions.
    ///
    /// - Parameters:
    ///   - count: How many; it throws if there are not that many.
    ///   - spacing: The sampler's own default.
    func timesteps(_ count: Int, spacing: TimestepSpacing) throws -> [Double] {
        try requireTimesteps(count)
        let timesteps = (timestepSpacing ?? spacing)
            .timesteps(count, of: timestepCount, offset: stepsOffset)
        guard timesteps[0] <= Double(timestepCount - 1) else {
            throw ModelFileError.unsupported(
                option: "the number of steps",
                value: "\(count)",
                supported: "fewer, because steps_offset \(stepsOffset) leads past the last timestep"
            )
        }
        return timesteps
    }

    /// Throws unless a sampler can take that many steps.
    func requireTimesteps(_ count: Int) throws {
        guard 1...timestepCount ~= count else {
            throw ModelFileError.unsupported(
                option: "the number of steps",
                value: "\(count)",
                supported: "1 to \(timestepCount), the timesteps the model was trained with"
            )
        }
    }
}
