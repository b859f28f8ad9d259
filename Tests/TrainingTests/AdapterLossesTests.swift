import StableDiffusion
import Tensors
import Testing

@testable import Training

struct AdapterLossesTests {
    /// What a curve shows of the denoising error does not depend on how timesteps are weighted.
    @Test func reportsTheErrorUnweighted() throws {
        let plain = try TinyTraining.adapter.task().loss(step: 0, microBatch: 0)
        let weighted = try TinyTraining.adapter.task(weighting: MinSNRWeighting(cap: 1e-3))
            .loss(step: 0, microBatch: 0)
        #expect(weighted.parts.map(\.value) == plain.parts.map(\.value))
        #expect(weighted.parts.first?.name == "loss/denoising")
        let denoising = try #require(plain.parts.first).value
        #expect(weighted.total.scalar < plain.total.scalar - 0.5 * denoising)
    }
}
