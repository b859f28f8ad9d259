import Tensors
import TestSupport
import Testing

@testable import CustomContrast

struct DenoisingLossTests {
    @Test func isTheMeanOverElements() {
        let prediction = Tensor([1, 2, 0, 0], shape: [1, 2, 2, 1])
        let target = Tensor([0, 4, 0, 1], shape: [1, 2, 2, 1])
        expectClose(DenoisingLoss()(prediction, target: target), Tensor((1 + 4 + 0 + 1) / 4))
    }

    @Test func weighsSamples() {
        let prediction = Tensor([1, 2, 0, 0], shape: [2, 1, 2, 1])
        let target = Tensor([0, 4, 0, 1], shape: [2, 1, 2, 1])
        let loss = DenoisingLoss()(prediction, target: target, weights: [1, 0.25])
        expectClose(loss, Tensor((2.5 + 0.25 * 0.5) / 2))
    }

    @Test func hasTheGradientOfItsFormula() {
        expectGradients(
            of: { DenoisingLoss()($0[0], target: $0[1]) },
            at: [.testValues([2, 2, 3, 1]), .testValues([2, 2, 3, 1], seed: 2)]
        )
    }
}
