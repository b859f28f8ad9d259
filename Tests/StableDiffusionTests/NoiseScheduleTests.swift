import Layers
import StableDiffusion
import Tensors
import TestSupport
import Testing

/// The table ᾱ and what is computed with it, against diffusers (scripts/fixtures/samplers.py).
struct NoiseScheduleTests {
    private let reference: SafeTensorsWeights
    private let schedule = SchedulerConfiguration().noiseSchedule
    private let timesteps = [0, 500, 999]

    init() throws { reference = try Fixtures.tensors("Samplers/reference.safetensors") }

    @Test func `The tables equal diffusers'`() throws {
        let scaledLinear = try reference.tensor("schedule.alphas_cumprod").values
        expectClose(schedule.alphasCumulativeProduct, scaledLinear, relativeTolerance: 1e-7)
        // Every entry to its own precision: the last ones are small.
        for (mine, theirs) in zip(schedule.alphasCumulativeProduct, scaledLinear) {
            #expect(abs(mine - theirs) <= 1e-6 * theirs)
        }
        var cosine = SchedulerConfiguration()
        cosine.betaSchedule = .squaredCosine
        let expected = try reference.tensor("schedule.cosine").values
        expectClose(
            cosine.noiseSchedule.alphasCumulativeProduct,
            expected,
            relativeTolerance: 1e-6
        )
    }

    @Test func `Noise is added to each sample at its own timestep`() throws {
        let clean = try reference.tensor("schedule.clean")
        let noise = try reference.tensor("schedule.noise")
        let noisy = schedule.noisy(clean, noise: noise, timesteps: timesteps)
        expectClose(noisy, try reference.tensor("schedule.noisy"), relativeTolerance: 1e-6)
        let velocity = schedule.target(
            of: .velocity,
            clean: clean,
            noise: noise,
            timesteps: timesteps
        )
        expectClose(velocity, try reference.tensor("schedule.velocity"), relativeTolerance: 1e-6)
    }

    @Test func `The ratio of signal to noise falls from 1176 to 0.0047`() {
        #expect(abs(schedule.signalToNoiseRatio(at: 0) - 1175.4706) < 0.1)
        #expect(abs(schedule.signalToNoiseRatio(at: 999) - 0.0046819) < 1e-6)
    }

    @Test func `A table stretched to zero signal ends at zero and starts where it did`() {
        var configuration = SchedulerConfiguration()
        configuration.rescalesToZeroSignal = true
        let stretched = configuration.noiseSchedule.alphasCumulativeProduct
        #expect(stretched.last == 0)
        #expect(abs(stretched[0] - schedule.alphasCumulativeProduct[0]) < 1e-6)
    }
}
