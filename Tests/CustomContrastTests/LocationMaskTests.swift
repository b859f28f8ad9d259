import Tensors
import TestSupport
import Testing

@testable import CustomContrast

struct LocationMaskTests {
    @Test func hasNoMaskBeforeTheFirstStep() {
        #expect(LocationMask().current == nil)
    }

    /// Stretched, [0.1, 0.2, 0.4, 0.9] is [0, 0.125, 0.375, 1]; below 0.2 is background.
    @Test(arguments: [Float(1), 1e-3])
    func stretchesAndCutsTheAttention(scale: Float) throws {
        var mask = LocationMask(side: 2)
        mask.update(from: [Tensor([0.1, 0.2, 0.4, 0.9], shape: [1, 2, 2]) * scale])
        expectClose(
            try #require(mask.current),
            Tensor([0, 0, 0.375, 1], shape: [1, 2, 2])
        )
    }

    @Test func averagesLayersOfDifferentSizes() throws {
        var mask = LocationMask(side: 2)
        mask.update(from: [
            Tensor([0.2, 0.4, 0.4, 1], shape: [1, 2, 2]), Tensor([0.7], shape: [1, 1, 1]),
        ])
        expectClose(
            try #require(mask.current),
            Tensor([0, 0.25, 0.25, 1], shape: [1, 2, 2])
        )
    }

    @Test func treatsPicturesSeparately() throws {
        var mask = LocationMask(side: 2)
        mask.update(from: [Tensor([0, 0, 0, 9, 0, 0, 1e-3, 1e-3], shape: [2, 2, 2])])
        expectClose(
            try #require(mask.current),
            Tensor([0, 0, 0, 1, 0, 0, 1, 1], shape: [2, 2, 2])
        )
    }

    /// A constant map has no range to stretch; it must not become NaN, nor shut the subject out.
    @Test func isOnesForAMapThatLocatesNothing() throws {
        var mask = LocationMask(side: 3)
        mask.update(from: [Tensor(repeating: 0.1, shape: [1, 2, 2])])
        expectClose(try #require(mask.current), .ones([1, 3, 3]))
    }

    /// The attention of the next step replaces the mask; nothing of the old one lingers.
    @Test func followsTheSubject() throws {
        var mask = LocationMask(side: 2)
        mask.update(from: [Tensor([1, 0, 0, 0], shape: [1, 2, 2])])
        mask.update(from: [Tensor([0, 0, 0, 1], shape: [1, 2, 2])])
        expectClose(try #require(mask.current), Tensor([0, 0, 0, 1], shape: [1, 2, 2]))
    }
}
