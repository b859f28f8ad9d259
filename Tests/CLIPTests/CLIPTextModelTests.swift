import CLIP
import Foundation
import Layers
import Tensors
import TestSupport
import Testing

/// Text models against transformers (scripts/fixtures/clip_models.py).
struct CLIPTextModelTests {
    private struct Fixture {
        let model: CLIPTextModel
        let reference: SafeTensorsWeights
        let ids: [[Int]]

        init(_ name: String) throws {
            model = try CLIPTextModel(folder: Fixtures.folder("CLIP/\(name)"))
            reference = try Fixtures.tensors("CLIP/\(name)/reference.safetensors")
            let flat = try reference.integers("input_ids")
            ids = stride(from: 0, to: flat.count, by: 20).map { Array(flat[$0..<$0 + 20]) }
        }
    }

    @Test(arguments: ["text-legacy", "text-projection"])
    func `All outputs equal transformers'`(name: String) throws {
        let fixture = try Fixture(name)
        let output = fixture.model(ids: fixture.ids)
        let reference = fixture.reference
        expectClose(
            output.lastHiddenState,
            try reference.tensor("last_hidden_state"),
            relativeTolerance: 1e-5
        )
        expectClose(
            output.penultimateHiddenState,
            try reference.tensor("penultimate_hidden_state"),
            relativeTolerance: 1e-5
        )
        expectClose(output.pooled, try reference.tensor("pooled"), relativeTolerance: 1e-5)
        #expect((output.textEmbeds != nil) == (name == "text-projection"))
        if let textEmbeds = output.textEmbeds {
            expectClose(textEmbeds, try reference.tensor("text_embeds"), relativeTolerance: 1e-5)
        }
    }

    @Test func `The end of a text is its largest id in old configurations, else its own`() throws {
        let legacy = try Fixture("text-legacy").model
        #expect(legacy.endPosition(of: [58, 3, 59, 59]) == 2)
        let modern = try Fixture("text-projection").model
        #expect(modern.configuration.vocabularySize == 61)
        #expect(modern.endPosition(of: [58, 60, 3, 59, 59]) == 3)
    }

    @Test(arguments: [1, 4, 19])
    func `Continuations of a prefix equal whole texts`(length: Int) throws {
        let fixture = try Fixture("text-projection")
        let (model, ids) = (fixture.model, fixture.ids)
        let repeats = 3
        // Each of the three continuations of a text differs in its first token.
        let texts = ids.flatMap { text in
            (0..<repeats).map { copy in
                text.enumerated().map { $0.offset == length ? 10 + copy : $0.element }
            }
        }
        let whole = model(ids: texts)
        let prefix = model.encodePrefix(
            embeddings: model.tokenEmbeddings(ids: ids.map { Array($0.prefix(length)) })
        )
        let continued = model.encode(
            suffix: model.tokenEmbeddings(ids: texts.map { Array($0.dropFirst(length)) }),
            after: prefix,
            repeats: repeats,
            eosPositions: texts.map(model.endPosition)
        )
        expectClose(continued.lastHiddenState, whole.lastHiddenState, relativeTolerance: 1e-5)
        expectClose(
            continued.penultimateHiddenState,
            whole.penultimateHiddenState,
            relativeTolerance: 1e-5
        )
        expectClose(continued.pooled, whole.pooled, relativeTolerance: 1e-5)
        expectClose(
            try #require(continued.textEmbeds),
            try #require(whole.textEmbeds),
            relativeTolerance: 1e-5
        )
    }

    @Test(arguments: [false, true])
    func `Gradients reach a suffix as they reach whole texts`(checkpointing: Bool) throws {
        let fixture = try Fixture("text-legacy")
        var model = fixture.model
        model.checkpointsActivations = checkpointing
        let embeddings = model.tokenEmbeddings(ids: fixture.ids)
        let ends = fixture.ids.map(model.endPosition)
        let weights = Tensor.testValues(embeddings.shape)
        let leaf = embeddings.asLeaf
        let whole = Tape.record {
            (model.encode(embeddings: leaf, eosPositions: ends).lastHiddenState * weights).sum()
        }
        let expected = try #require(Gradients(of: whole)[leaf]).sliced(axis: 1, 5..<20)

        let prefix = model.encodePrefix(embeddings: embeddings.sliced(axis: 1, 0..<5))
        let suffix = embeddings.sliced(axis: 1, 5..<20).asLeaf
        let continued = Tape.record {
            let output = model.encode(
                suffix: suffix,
                after: prefix,
                repeats: 1,
                eosPositions: ends
            )
            return (output.lastHiddenState * weights).sum()
        }
        let gradient = try #require(Gradients(of: continued)[suffix])
        expectClose(gradient, expected, relativeTolerance: 1e-4)
    }

    @Test func `A configuration is read as it was written`() throws {
        let configuration = CLIPTextConfiguration(width: 32, headCount: 4, activation: .gelu)
        let data = try JSONEncoder().encode(configuration)
        #expect(try JSONDecoder().decode(CLIPTextConfiguration.self, from: data) == configuration)
    }

    @Test(arguments: [
        #"{"hidden_act": "gelu_new"}"#, #"{"model_type": "t5"}"#,
        #"{"hidden_size": 30, "num_attention_heads": 4}"#, #"{"num_hidden_layers": 0}"#,
    ])
    func `Other architectures are refused`(json: String) {
        #expect(throws: ModelFileError.self) {
            try JSONDecoder().decode(CLIPTextConfiguration.self, from: Data(json.utf8))
        }
    }
}
