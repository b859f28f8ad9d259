import CLIP
import Tensors
import TestSupport
import Testing

@testable import CustomContrast

/// The S⁺ space: text passes with subject features at the placeholders.
struct PromptEncoderTests {
    private let captions = ["a photo of a dog today", "the man and his teddy bear"]
    private let nouns = ["dog", "teddy bear"]

    /// Every component's pass is what encoding the caption with that one row replaced gives.
    @Test(arguments: [1, 2], PlaceholderPlacement.allCases)
    func equalsOnePassPerComponent(stageCount: Int, placement: PlaceholderPlacement) throws {
        let encoder = try TinyModels.promptEncoder(stageCount: stageCount)
        let prompts = try zip(captions, nouns).map {
            try encoder.prompt($0, nouns: [$1], placement: placement)
        }
        let features = Tensor.testValues([2, 3, 24])
        let texts = encoder.encode(
            prompts,
            subjects: [SubjectComponents(features: features, isPresent: [true, true])]
        )
        #expect(texts.count == 3)
        for (component, text) in texts.enumerated() {
            for (sample, prompt) in prompts.enumerated() {
                let feature = features.sliced(axis: 0, sample..<sample + 1)
                    .sliced(axis: 1, component..<component + 1).values
                var column = 0
                let parts = encoder.stages.indices.map { stage in
                    let width = encoder.stages[stage].model.configuration.width
                    defer { column += width }
                    return pass(
                        prompt,
                        stage: encoder.stages[stage],
                        index: stage,
                        feature: Array(feature[column..<column + width])
                    )
                }
                expectClose(
                    text.sliced(axis: 0, sample..<sample + 1),
                    concatenated(parts, axis: 2),
                    "component \(component) of \(captions[sample])"
                )
            }
        }
    }

    /// One pass by hand: the feature at the noun's norm overwrites the placeholder's row.
    private func pass(
        _ prompt: SubjectPrompt,
        stage: PromptEncoder.Stage,
        index: Int,
        feature: [Float]
    ) -> Tensor {
        func norm(_ values: some Collection<Float>) -> Float {
            values.reduce(0) { $0 + $1 * $1 }.squareRoot()
        }
        let placeholder = prompt.placeholders[0]
        let width = feature.count
        let noun = stage.model.tokenEmbeddings(ids: [placeholder.nounTokens]).values
        let norms = placeholder.nounTokens.indices.map { norm(noun[$0 * width..<($0 + 1) * width]) }
        let scale = norms.reduce(0, +) / Float(norms.count) / norm(feature)

        let text = prompt.placed[index]
        var values = stage.model.tokenEmbeddings(ids: [text.ids]).values
        let start = placeholder.position * width
        values.replaceSubrange(start..<start + width, with: feature.map { $0 * scale })
        let output = stage.model.encode(
            embeddings: Tensor(values, shape: [1, text.ids.count, width]),
            eosPositions: [text.endPosition]
        )
        return stage.hiddenState == .last ? output.lastHiddenState : output.penultimateHiddenState
    }

    /// A sample whose picture was dropped reads its caption as it is written, whole noun and all.
    @Test(arguments: PlaceholderPlacement.allCases)
    func keepsTheNounOfAnAbsentSubject(_ placement: PlaceholderPlacement) throws {
        let encoder = try TinyModels.promptEncoder()
        let prompts = try zip(captions, nouns).map {
            try encoder.prompt($0, nouns: [$1], placement: placement)
        }
        let plain = encoder.encode(prompts).tokens
        let features = Tensor.testValues([2, 2, 24])
        for isPresent in [[true, false], [false, true], [false, false]] {
            let texts = encoder.encode(
                prompts,
                subjects: [SubjectComponents(features: features, isPresent: isPresent)]
            )
            for (text, sample) in texts.flatMap({ text in [(text, 0), (text, 1)] }) {
                let row = text.sliced(axis: 0, sample..<sample + 1)
                let unchanged = plain.sliced(axis: 0, sample..<sample + 1)
                if isPresent[sample] {
                    #expect((row - unchanged).absoluteValue().sum().scalar > 0.1)
                } else {
                    expectClose(row, unchanged)
                }
            }
        }
    }

    @Test func givesADroppedTextNoPlaceholder() throws {
        let encoder = try TinyModels.promptEncoder()
        let prompts = [try encoder.prompt(captions[0], nouns: ["dog"]), encoder.prompt("")]
        let texts = encoder.encode(
            prompts,
            subjects: [
                SubjectComponents(features: .testValues([2, 2, 24]), isPresent: [true, false])
            ]
        )
        let empty = encoder.encode([encoder.prompt("")]).tokens
        for text in texts { expectClose(text.sliced(axis: 0, 1..<2), empty) }
    }

    /// Two subjects of one prompt: each of their rows is its own.
    @Test func placesSeveralSubjects() throws {
        let encoder = try TinyModels.promptEncoder()
        let prompt = try encoder.prompt("a dog and a teddy bear", nouns: ["teddy bear", "dog"])
        let (bear, dog) = (Tensor.testValues([1, 2, 24]), Tensor.testValues([1, 2, 24], seed: 2))
        func texts(_ first: Tensor, _ second: Tensor) -> [Tensor] {
            encoder.encode(
                [prompt],
                subjects: [
                    SubjectComponents(features: first, isPresent: [true]),
                    SubjectComponents(features: second, isPresent: [true]),
                ]
            )
        }
        let swapped = try encoder.prompt("a dog and a teddy bear", nouns: ["dog", "teddy bear"])
        let other = encoder.encode(
            [swapped],
            subjects: [
                SubjectComponents(features: dog, isPresent: [true]),
                SubjectComponents(features: bear, isPresent: [true]),
            ]
        )
        for (mine, theirs) in zip(texts(bear, dog), other) { expectClose(mine, theirs) }
        #expect((texts(bear, dog)[0] - texts(dog, bear)[0]).absoluteValue().sum().scalar > 0.1)
    }

    @Test func takesThePooledVectorFromThePlainPrompt() throws {
        let encoder = try TinyModels.promptEncoder(stageCount: 2)
        let prompt = try encoder.prompt(captions[0], nouns: ["dog"])
        let plain = encoder.prompt(captions[0])
        let pooled = try #require(encoder.pooled([prompt]))
        #expect(pooled.shape == [1, 6])
        expectClose(pooled, try #require(encoder.encode([plain]).pooled), relativeTolerance: 0)
        #expect(try TinyModels.promptEncoder().pooled([plain]) == nil)
    }

    /// The features are trained through the frozen encoder.
    @Test(arguments: [1, 2])
    func hasTheGradientOfTheFeatures(stageCount: Int) throws {
        let encoder = try TinyModels.promptEncoder(stageCount: stageCount)
        let prompts = try zip(captions, nouns).map { try encoder.prompt($0, nouns: [$1]) }
        expectGradients(
            of: { inputs in
                let components = SubjectComponents(features: inputs[0], isPresent: [true, false])
                return concatenated(encoder.encode(prompts, subjects: [components]), axis: 0)
            },
            at: [.testValues([2, 2, 24])]
        )
    }
}
