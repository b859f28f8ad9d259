import CLIP
import Layers
import Tensors
import TestSupport
import Testing

/// Vision models and whole CLIP models against transformers (scripts/fixtures/clip_models.py).
struct CLIPVisionModelTests {
    @Test func `All hidden states and embeddings equal transformers'`() throws {
        let model = try CLIPVisionModel(folder: Fixtures.folder("CLIP/vision"))
        let reference = try Fixtures.tensors("CLIP/vision/reference.safetensors")
        let output = model(try reference.tensor("pixel_values").channelsLast)
        #expect(output.hiddenStates.count == 4)
        for (index, state) in output.hiddenStates.enumerated() {
            let expected = try reference.tensor("hidden_states.\(index)")
            expectClose(state, expected, relativeTolerance: 1e-5, "hidden state \(index)")
        }
        expectClose(output.pooled, try reference.tensor("pooled"), relativeTolerance: 1e-5)
        let imageEmbeds = try reference.tensor("image_embeds")
        expectClose(output.imageEmbeds, imageEmbeds, relativeTolerance: 1e-5)
    }

    @Test func `A whole CLIP model scores as transformers does`() throws {
        let model = try CLIPModel(folder: Fixtures.folder("CLIP/joint"))
        let reference = try Fixtures.tensors("CLIP/joint/reference.safetensors")
        let textEmbeds = try #require(
            model.textModel(ids: [try reference.integers("input_ids")]).textEmbeds
        )
        let pixels = try reference.tensor("pixel_values").channelsLast
        let imageEmbeds = model.visionModel(pixels).imageEmbeds
        expectClose(
            textEmbeds.l2Normalized(),
            try reference.tensor("text_embeds"),
            relativeTolerance: 1e-5
        )
        expectClose(
            imageEmbeds.l2Normalized(),
            try reference.tensor("image_embeds"),
            relativeTolerance: 1e-5
        )
        let similarities = CLIPModel.similarities(textEmbeds: textEmbeds, imageEmbeds: imageEmbeds)
        expectClose(
            similarities * model.logitScale.tensor.exponential(),
            try reference.tensor("logits_per_text"),
            relativeTolerance: 1e-5
        )
    }

    @Test func `Weights of another model are refused`() throws {
        let weights = try Fixtures.tensors("CLIP/vision/model.safetensors")
        let file = Fixtures.folder("CLIP/vision/config.json")
        var deeper = try CLIPVisionConfiguration(file: file)
        deeper.layerCount += 1
        #expect(throws: WeightError.self) {
            try CLIPVisionModel(.loading(from: weights), configuration: deeper)
        }
        var shallower = try CLIPVisionConfiguration(file: file)
        shallower.layerCount -= 1
        let scope = ParameterScope.loading(from: weights)
        _ = try CLIPVisionModel(scope, configuration: shallower)
        #expect(throws: WeightError.self) { try scope.finish() }
    }
}
