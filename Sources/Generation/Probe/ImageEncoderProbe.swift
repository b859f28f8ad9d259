internal import CLIP
internal import Foundation
internal import Tensors

/// Runs a CLIP image encoder.
struct ImageEncoderProbe {
    private let model: CLIPVisionModel

    init(folder: URL, variant: String?, precision: ProductPrecision) throws {
        model = try CLIPVisionModel(folder: folder, variant: variant, precision: precision)
    }

    /// `pixel_values` to all hidden states and the projected picture.
    func run(_ input: ProbeInput) throws -> [String: Tensor] {
        let pixels = try input.picture("pixel_values", channels: 3)
        let size = model.configuration.imageSize
        guard pixels.shape[1] == size, pixels.shape[2] == size else {
            throw ProbeError.shape(
                key: "pixel_values",
                found: Array(pixels.channelsFirst.shape),
                expected: "[N, 3, \(size), \(size)]"
            )
        }
        let output = model(pixels)
        var results = ["image_embeds": output.imageEmbeds]
        for (index, state) in output.hiddenStates.enumerated() {
            results["hidden_states.\(index)"] = state
        }
        return results
    }
}
