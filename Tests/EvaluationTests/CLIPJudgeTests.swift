import Evaluation
import Layers
import Tensors
import TestSupport
import Testing

/// The judge against transformers (scripts/fixtures/evaluation.py).
@Suite struct CLIPJudgeTests {
    private static let prompts = [
        "a photo of a dog on the beach", "a photo of the cat", "a red teddy bear and a dog", "dog",
    ]

    @Test func `CLIP-T and CLIP-I are transformers' own, from PNG file and prompt on`() throws {
        let judge = try Judges.tiny()
        let reference = try Fixtures.tensors("Evaluation/reference.safetensors")
        let pictures = try judge.embeddings(of: Judges.pictures())
        let texts = try judge.embeddings(of: Self.prompts)
        expectClose(
            pictures.flatMap { picture in texts.map { Float(picture.cosine(to: $0)) } },
            try reference.tensor("picture_text").values,
            relativeTolerance: 1e-5,
            "CLIP-T"
        )
        expectClose(
            pictures.flatMap { picture in pictures.map { Float(picture.cosine(to: $0)) } },
            try reference.tensor("picture_picture").values,
            relativeTolerance: 1e-5,
            "CLIP-I"
        )
    }

    @Test func `A judge says what it is and how it prepares pictures`() throws {
        let judge = try Judges.tiny()
        #expect(judge.preparation == "resize24/bicubic/crop24")
        #expect(judge.sha256.count == 64)
        #expect(try Judges.shipped().preparation == "resize64/bicubic/crop64")
    }

    @Test func `A base whose text encoder cannot be compared with pictures is refused`() throws {
        let folder = Fixtures.folder("Generation/sd")
        let error = try #require(throws: EvaluationError.self) {
            try CLIPJudge(folder: folder, name: "sd")
        }
        #expect(error == .noTextProjection(judge: "sd"))
        #expect(error.description.contains("name a CLIP folder"))
        #expect(throws: WeightError.self) {
            try CLIPJudge(folder: Fixtures.folder("Evaluation"), name: "none")
        }
    }
}
