import Testing

@testable import Evaluation

@Suite struct UnitEmbeddingTests {
    @Test func `Cosines of small vectors are those computed by hand`() {
        let right = UnitEmbedding([3, 4])
        #expect(right.values == [0.6, 0.8])
        // (3·4 + 4·3) / (5·5)
        #expect(abs(right.cosine(to: UnitEmbedding([4, 3])) - 0.96) < 1e-6)
        #expect(abs(right.cosine(to: UnitEmbedding([-40, 30]))) < 1e-6)
        #expect(abs(right.cosine(to: UnitEmbedding([-6, -8])) + 1) < 1e-6)
    }

    @Test func `The likeness to several references is the mean of their cosines`() throws {
        let picture = UnitEmbedding([1, 0])
        let references = [UnitEmbedding([2, 0]), UnitEmbedding([0, 5]), UnitEmbedding([3, 4])]
        // (1 + 0 + 0.6) / 3
        let mean = try #require(picture.meanCosine(to: references))
        #expect(abs(mean - 1.6 / 3) < 1e-6)
        #expect(picture.meanCosine(to: []) == nil)
    }

    @Test func `The likeliest label is the one with the largest cosine, the first of equals`() {
        let answer = ZeroShotAnswer(
            picture: UnitEmbedding([1, 1]),
            caption: UnitEmbedding([1, 0]),
            candidates: [
                .subjectClass: [
                    UnitEmbedding([-1, 0]), UnitEmbedding([1, 2]), UnitEmbedding([0, 1]),
                ],
                .scene: [UnitEmbedding([0, -1]), UnitEmbedding([0, 1]), UnitEmbedding([0, 2])],
            ]
        )
        #expect(answer.guesses == [.subjectClass: 1, .scene: 1])
        #expect(abs(answer.clipT - 0.5.squareRoot()) < 1e-6)
        #expect(answer.label(.subjectClass) == "rocket" && answer.label(.scene) == "beach")
    }
}
