internal import CLIP
internal import Foundation
internal import Tensors

/// Runs a text encoder.
struct TextEncoderProbe {
    private let model: CLIPTextModel

    init(folder: URL, variant: String?, precision: ProductPrecision) throws {
        model = try CLIPTextModel(folder: folder, variant: variant, precision: precision)
    }

    /// `input_ids` to hidden states and pooled vectors.
    func run(_ input: ProbeInput) throws -> [String: Tensor] {
        let configuration = model.configuration
        let output = model(
            ids: try input.tokens(
                "input_ids",
                length: configuration.length,
                below: configuration.vocabularySize
            )
        )
        var results = [
            "last_hidden_state": output.lastHiddenState,
            "penultimate_hidden_state": output.penultimateHiddenState,
            "pooled": output.pooled,
        ]
        results["text_embeds"] = output.textEmbeds
        return results
    }
}
