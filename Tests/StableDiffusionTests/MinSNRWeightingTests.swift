import StableDiffusion
import Testing

struct MinSNRWeightingTests {
    /// ᾱ = 0.9, 0.5 and 0: signal-to-noise ratios of 9, 1 and 0.
    private let schedule = NoiseSchedule(betas: [0.1, 4.0 / 9, 1])

    @Test(
        arguments: [
            (PredictionType.epsilon, [5.0 / 9, 1, 1]), (.velocity, [0.5, 0.5, 0]),
            (.sample, [5, 1, 0]),
        ]
    )
    func countsErrorsAsOnesOfTheCleanLatents(type: PredictionType, expected: [Float]) {
        let weights = MinSNRWeighting(cap: 5).weights(at: [0, 1, 2], of: type, in: schedule)
        for (weight, value) in zip(weights, expected) { #expect(abs(weight - value) < 1e-5) }
    }
}
