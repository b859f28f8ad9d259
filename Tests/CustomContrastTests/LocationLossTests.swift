import Tensors
import TestSupport
import Testing

@testable import CustomContrast

struct LocationLossTests {
    /// 0.4 on the subject's one cell, (0.2 + 0.1 + 0.1) / 3 on the background's three.
    @Test func matchesAValueByHand() throws {
        let attention = Tensor([0.4, 0.2, 0.1, 0.1], shape: [1, 2, 2])
        let mask = Tensor([1, 0, 0, 0], shape: [1, 2, 2])
        let loss = try #require(
            LocationLoss(side: 2)(attention: [attention], masks: mask, included: [true])
        )
        expectClose(loss, Tensor(0.4 / 3 - 0.4))
    }

    @Test func averagesLayersAndSamples() throws {
        let first = Tensor([0.4, 0.2, 0.1, 0.1, 0, 0, 0, 0], shape: [2, 2, 2])
        let second = Tensor([0, 0.2, 0.3, 0.5, 0, 0, 1, 1], shape: [2, 2, 2])
        let masks = Tensor([1, 0, 0, 0, 0, 0, 1, 1], shape: [2, 2, 2])
        let loss = try #require(
            LocationLoss(side: 2)(
                attention: [first, second],
                masks: masks,
                included: [true, true]
            )
        )
        let samples: [Float] = [(0.4 + 0.4 + 0.6) / 2 / 3 - 0.2, -0.5]
        expectClose(loss, Tensor((samples[0] + samples[1]) / 2))
    }

    @Test func isLeastWhenAttentionIsTheMask() throws {
        let mask = Tensor([1, 1, 0, 0], shape: [1, 2, 2])
        let loss = try #require(
            LocationLoss(side: 2)(attention: [mask], masks: mask, included: [true])
        )
        expectClose(loss, Tensor(-1))
    }

    /// Why equation 8 is not used as printed: mean((1 − M)(1 − A)) − mean(M·A) is
    /// mean(1 − M) − mean(A), whose gradient is −1/n everywhere, on subject and background alike.
    @Test func equation8AsPrintedDoesNotSeeTheMask() throws {
        let attention = Tensor.testValues([1, 4, 4]).asLeaf
        for seed in UInt64(2)...4 {
            let mask = (Tensor.testValues([1, 4, 4], seed: seed) + 1) / 2
            let printed = Tape.record {
                ((1 - mask) * (1 - attention)).mean() - (mask * attention).mean()
            }
            expectClose(
                printed,
                (1 - mask).mean() - attention.detached.mean(),
                relativeTolerance: 1e-5
            )
            let gradient = try #require(Gradients(of: printed)[attention])
            expectClose(gradient, Tensor(repeating: -1.0 / 16, shape: [1, 4, 4]))

            let balanced = try #require(
                Tape.record {
                    LocationLoss(side: 4)(attention: [attention], masks: mask, included: [true])
                }
            )
            let towards = try #require(Gradients(of: balanced)[attention]).values
            // Attention is drawn in where the mask is high and pushed out where it is low.
            #expect(zip(towards, mask.values).allSatisfy { $1 < 0.9 || $0 < 0 })
            #expect(zip(towards, mask.values).allSatisfy { $1 > 0.1 || $0 > 0 })
        }
    }

    @Test func skipsEmptyAndFullMasksAndDroppedSamples() throws {
        let attention = Tensor.testValues([4, 2, 2])
        let masks = Tensor(
            [0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 0],
            shape: [4, 2, 2]
        )
        let loss = LocationLoss(side: 2)
        #expect(
            loss(attention: [attention], masks: masks, included: [true, true, false, false]) == nil
        )
        let all = try #require(
            loss(attention: [attention], masks: masks, included: [true, true, true, false])
        )
        let alone = try #require(
            loss(
                attention: [attention.sliced(axis: 0, 2..<3)],
                masks: masks.sliced(axis: 0, 2..<3),
                included: [true]
            )
        )
        expectClose(all, alone, relativeTolerance: 1e-6)
    }

    @Test func hasTheGradientOfItsFormulaThroughResizing() {
        let masks = (Tensor.testValues([2, 6, 6], seed: 9) + 1) / 2
        expectGradients(
            of: {
                LocationLoss(side: 4)(attention: $0, masks: masks, included: [true, true])
                    ?? Tensor(.nan)
            },
            at: [.testValues([2, 2, 2]), .testValues([2, 4, 4], seed: 2)]
        )
    }
}
