import Foundation
import Tensors
import TestSupport
import Testing

@testable import CustomContrast

struct MultiscaleAppearanceContrastTests {
    typealias Pair = MultiscaleAppearanceContrast.Pair

    /// One layer, τ = 0.5: cos₀₁ = 0.8 with r = 1 and cos₀₂ = 0.6 with r = 0.5, so logits 1.6 and 2.4, and
    /// the loss is log(1 + e^0.8).
    @Test func matchesAValueByHand() throws {
        let contrast = MultiscaleAppearanceContrast(temperature: 0.5)
        let features = Tensor([1, 0, 0.8, 0.6, 0.6, -0.8], shape: [3, 1, 2])
        let appearance = Tensor(
            [2, 0, 5, 0, 0.5, 0.75 * Float(4.0 / 3).squareRoot()],
            shape: [3, 2]
        )
        let loss = try #require(
            contrast(
                features: features,
                appearance: appearance,
                subjects: [1, 1, 2],
                pairs: [Pair(anchor: 0, positive: 1)]
            )
        )
        expectClose(loss, Tensor(Float(log(1 + exp(0.8)))), relativeTolerance: 1e-5)
    }

    /// A pair alone: nothing to tell it apart from, so nothing to learn.
    @Test func isZeroWithoutNegatives() throws {
        let loss = try #require(
            MultiscaleAppearanceContrast()(
                features: .testValues([2, 3, 4]),
                appearance: .testValues([2, 5], seed: 2),
                subjects: [1, 1],
                pairs: [Pair(anchor: 0, positive: 1), Pair(anchor: 1, positive: 0)]
            )
        )
        #expect(abs(loss.scalar) < 1e-5)
    }

    /// Of the anchor's positive (r = 1) and its negatives (0.6, 0, −1) two are below the floor of 0.1; the
    /// further sample of the same subject takes no part.
    @Test func tellsHowOftenTheFloorCounts() {
        let appearance = Tensor([1, 0, 2, 0, 0.6, 0.8, 0, 1, -1, 0, 0, 3], shape: [6, 2])
        func share(_ floor: Float, _ pairs: [Pair]) -> Float {
            MultiscaleAppearanceContrast(similarityFloor: floor).clampedShare(
                appearance: appearance,
                subjects: [1, 1, 2, 3, 4, 1],
                pairs: pairs
            )
        }
        #expect(share(0.1, [Pair(anchor: 0, positive: 1)]) == 0.5)
        #expect(share(0.7, [Pair(anchor: 0, positive: 1)]) == 0.75)
        #expect(share(0.1, []) == 0)
    }

    /// Everything alike: each anchor has three candidates with equal logits, so log 3 per layer.
    @Test(arguments: [1, 2, 5])
    func addsUpOverLayers(layerCount: Int) throws {
        let features = Tensor(repeating: 0.3, shape: [4, layerCount, 2])
        let pairs = [Pair(anchor: 0, positive: 2), Pair(anchor: 1, positive: 3)]
        func loss(_ reduction: MultiscaleAppearanceContrast.LayerReduction) throws -> Tensor {
            try #require(
                MultiscaleAppearanceContrast(layerReduction: reduction)(
                    features: features,
                    appearance: .ones([4, 3]),
                    subjects: [1, 2, 1, 2],
                    pairs: pairs
                )
            )
        }
        expectClose(try loss(.sum), Tensor(Float(layerCount) * log(3)), relativeTolerance: 1e-5)
        expectClose(try loss(.mean), Tensor(log(3)), relativeTolerance: 1e-5)
    }

    /// The formula written out with loops, in double precision.
    @Test(arguments: [Float(0.07), 1])
    func matchesTheFormulaWrittenOut(temperature: Float) throws {
        let subjects = [4, 9, 4, 9, 4, 2]
        let pairs = [
            Pair(anchor: 0, positive: 2), Pair(anchor: 1, positive: 3),
            Pair(anchor: 0, positive: 4),
        ]
        let features = Tensor.testValues([6, 3, 4])
        let appearance = Tensor.testValues([6, 5], seed: 2)
        let r = cosineSimilarities(appearance, appearance).values.map(Double.init)
        var sum = 0.0
        for pair in pairs {
            for layer in 0..<3 {
                let s = features.sliced(axis: 1, layer..<layer + 1).reshaped(to: [6, 4])
                let c = cosineSimilarities(s, s).values.map(Double.init)
                func logit(_ k: Int) -> Double {
                    let index = pair.anchor * 6 + k
                    return c[index] / min(max(r[index], 0.1), 1) / Double(temperature)
                }
                let pool = subjects.indices.filter {
                    $0 == pair.positive || subjects[$0] != subjects[pair.anchor]
                }
                sum += log(pool.reduce(0) { $0 + exp(logit($1)) }) - logit(pair.positive)
            }
        }
        let loss = try #require(
            MultiscaleAppearanceContrast(temperature: temperature)(
                features: features,
                appearance: appearance,
                subjects: subjects,
                pairs: pairs
            )
        )
        expectClose(loss, Tensor(Float(sum / 3)))
    }

    /// r of random features is near zero or below: 1/r would overflow, or attract the unlike.
    @Test func keepsTheScalingFactorsBetweenOneAndTen() {
        let appearance = Tensor([1, 0, -1, 0, 0, 1, 0.5, 0.001, 1.000_001, 0], shape: [5, 2])
        let factors = MultiscaleAppearanceContrast().scalingFactors(appearance)
        #expect(factors.values.allSatisfy { 1...10.000_01 ~= $0 })
        expectClose(
            factors.sliced(axis: 0, 0..<1),
            Tensor([1, 10, 10, 1, 1], shape: [1, 5]),
            relativeTolerance: 1e-4
        )
    }

    /// α/τ reaches 143, past the 88 at which float32's exponential ends.
    @Test func staysFiniteAtTheLargestLogits() throws {
        let features = Tensor(repeating: 1, shape: [3, 2, 4]).asLeaf
        let appearance = Tensor([1, 0, -1, 0, 0, 1], shape: [3, 2])
        let loss = try #require(
            Tape.record {
                MultiscaleAppearanceContrast()(
                    features: features,
                    appearance: appearance,
                    subjects: [1, 1, 2],
                    pairs: [Pair(anchor: 0, positive: 1)]
                )
            }
        )
        expectClose(loss, Tensor(2 * log(2)), relativeTolerance: 1e-4)
        let gradient = try #require(Gradients(of: loss)[features])
        #expect(gradient.values.allSatisfy { $0.isFinite })
    }

    /// A third view of the anchor's subject is neither its positive nor a negative.
    @Test func leavesFurtherViewsAlone() throws {
        let pair = [Pair(anchor: 0, positive: 1)]
        func loss(thirdView: [Float], subject: Int) throws -> Float {
            let features = Tensor([1, 0, 0.8, 0.6, 0, 1] + thirdView, shape: [4, 1, 2])
            return try #require(
                MultiscaleAppearanceContrast()(
                    features: features,
                    appearance: .ones([4, 1]),
                    subjects: [1, 1, 2, subject],
                    pairs: pair
                )
            ).scalar
        }
        #expect(
            try loss(thirdView: [1, 0], subject: 1) == loss(thirdView: [-1, 0], subject: 1)
        )
        #expect(
            try loss(thirdView: [1, 0], subject: 3) > loss(thirdView: [-1, 0], subject: 3) + 1
        )
    }

    @Test func isNothingWithoutAPair() {
        #expect(
            MultiscaleAppearanceContrast()(
                features: .testValues([2, 1, 2]),
                appearance: .testValues([2, 2]),
                subjects: [1, 2],
                pairs: []
            ) == nil
        )
    }

    /// The real subjects' similarity is a measurement: it gets no gradient.
    @Test func doesNotTrainTheAppearanceEncoder() throws {
        let appearance = Tensor.testValues([3, 2]).asLeaf
        let features = Tensor.testValues([3, 2, 3], seed: 2).asLeaf
        let loss = try #require(
            Tape.record {
                MultiscaleAppearanceContrast()(
                    features: features,
                    appearance: appearance,
                    subjects: [1, 1, 2],
                    pairs: [Pair(anchor: 0, positive: 1)]
                )
            }
        )
        let gradients = Gradients(of: loss)
        #expect(gradients[features] != nil)
        #expect(gradients[appearance] == nil)
    }

    @Test func hasTheGradientOfItsFormula() {
        let appearance = Tensor.testValues([4, 3], seed: 3)
        let pairs = [Pair(anchor: 0, positive: 2), Pair(anchor: 1, positive: 3)]
        expectGradients(
            of: {
                MultiscaleAppearanceContrast(temperature: 0.5)(
                    features: $0[0],
                    appearance: appearance,
                    subjects: [1, 2, 1, 2],
                    pairs: pairs
                )
                    ?? Tensor(.nan)
            },
            at: [.testValues([4, 2, 3])],
            step: 0.01
        )
    }
}
