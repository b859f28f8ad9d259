import Tensors
import TestSupport
import Testing

@testable import CustomContrast

struct TrainingObjectiveTests {
    /// 1 + 0.01·(2 + 3) + 0.001·4.
    @Test func weighsThePartsAsEquation9Does() {
        let report = TrainingObjective()(
            denoising: Tensor(1),
            semantic: Tensor(2),
            appearance: Tensor(3),
            location: Tensor(4)
        )
        expectClose(report.total, Tensor(1.054), relativeTolerance: 1e-6)
        #expect(
            report.parts.map(\.name) == [
                "loss/denoising", "loss/semantic", "loss/appearance", "loss/location",
            ]
        )
        #expect(report.parts.map(\.value) == [1, 2, 3, 4])
    }

    @Test func leavesOutWhatIsAbsent() {
        let report = TrainingObjective()(denoising: Tensor(1), location: Tensor(4))
        expectClose(report.total, Tensor(1.004), relativeTolerance: 1e-6)
        #expect(report.parts.map(\.name) == ["loss/denoising", "loss/location"])
    }

    @Test func givesEachPartItsWeightAsGradient() {
        expectGradients(
            of: {
                TrainingObjective(contrastWeight: 0.5, locationWeight: 0.25)(
                    denoising: $0[0],
                    semantic: $0[1],
                    appearance: $0[2],
                    location: $0[3]
                ).total
            },
            at: [Tensor(1), Tensor(2), Tensor(3), Tensor(4)]
        )
    }
}
