import Foundation
import Tensors
import TestSupport
import Testing

@testable import CustomContrast

struct CrossmodalSemanticContrastTests {
    let contrast = CrossmodalSemanticContrast()

    /// a₁₁ = 0.6, a₁₂ = 1, a₂₁ = 0.8, a₂₂ = 0; with one negative each, log-sum-exp is that cosine:
    /// row 1 is −1.2 + 0.8 + 1, row 2 is 0 + 1 + 0.8, and their mean 1.2.
    @Test func matchesAValueByHand() throws {
        let visual = Tensor([1, 0, 0, 1], shape: [2, 2])
        let textual = Tensor([0.6, 0.8, 1, 0], shape: [2, 2])
        let loss = try #require(contrast(visual: visual, textual: textual, subjects: [1, 2]))
        expectClose(loss, Tensor(1.2), relativeTolerance: 1e-5)
    }

    @Test func readsDirectionsOnly() throws {
        let visual = Tensor([3, 0, 0, 0.01], shape: [2, 2])
        let textual = Tensor([6, 8, 1000, 0], shape: [2, 2])
        let loss = try #require(contrast(visual: visual, textual: textual, subjects: [1, 2]))
        expectClose(loss, Tensor(1.2), relativeTolerance: 1e-4)
    }

    /// The formula written out with loops, in double precision.
    @Test(arguments: [Float(1), 0.07])
    func matchesTheFormulaWrittenOut(temperature: Float) throws {
        let subjects = [7, 3, 7, 5, 3]
        let visual = Tensor.testValues([5, 4])
        let textual = Tensor.testValues([5, 4], seed: 2)
        let a = cosineSimilarities(visual, textual).values.map { Double($0 / temperature) }
        let terms = subjects.indices.map { i in
            let negatives = subjects.indices.filter { subjects[$0] != subjects[i] }
            let toTexts = negatives.reduce(0) { $0 + exp(a[i * 5 + $1]) }
            let toImages = negatives.reduce(0) { $0 + exp(a[$1 * 5 + i]) }
            return -2 * a[i * 5 + i] + log(toTexts) + log(toImages)
        }
        let loss = try #require(
            CrossmodalSemanticContrast(temperature: temperature)(
                visual: visual,
                textual: textual,
                subjects: subjects
            )
        )
        expectClose(loss, Tensor(Float(terms.reduce(0, +) / 5)))
    }

    @Test func skipsSamplesWithoutNegatives() {
        let one = Tensor.testValues([1, 4])
        #expect(contrast(visual: one, textual: one, subjects: [1]) == nil)
        let three = Tensor.testValues([3, 4])
        #expect(contrast(visual: three, textual: three, subjects: [2, 2, 2]) == nil)
    }

    /// Other views of the same subject are true pairs; pushing them apart would undo MACL. The cosine
    /// of the second picture and the first text is moved while all others stay.
    @Test func doesNotRepelViewsOfTheSameSubject() throws {
        let visual = Tensor([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0], shape: [3, 4])
        func loss(cosine: Float, subjects: [Int]) throws -> Float {
            let first = [0.5, cosine, 0.5, (0.5 - cosine * cosine).squareRoot()]
            let textual = Tensor(first + [0, 1, 0, 0, 1, 0, 1, 0], shape: [3, 4])
            return try #require(contrast(visual: visual, textual: textual, subjects: subjects))
                .scalar
        }
        #expect(
            abs(try loss(cosine: 0, subjects: [1, 1, 2]) - loss(cosine: 0.7, subjects: [1, 1, 2]))
                < 1e-6
        )
        #expect(
            try loss(cosine: 0, subjects: [1, 3, 2]) + 0.05
                < loss(cosine: 0.7, subjects: [1, 3, 2])
        )
    }

    @Test func staysFiniteAtSmallTemperature() throws {
        let loss = try #require(
            CrossmodalSemanticContrast(temperature: 0.005)(
                visual: .testValues([4, 3]),
                textual: .testValues([4, 3], seed: 2),
                subjects: [1, 2, 3, 4]
            )
        )
        #expect(loss.scalar.isFinite)
    }

    @Test func hasTheGradientOfItsFormula() {
        expectGradients(
            of: {
                contrast(visual: $0[0], textual: $0[1], subjects: [1, 2, 1, 3]) ?? Tensor(.nan)
            },
            at: [.testValues([4, 3]), .testValues([4, 3], seed: 2)]
        )
    }
}
