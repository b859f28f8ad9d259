internal import DINOv2
internal import Foundation
internal import Tensors

/// Runs a DINOv2 image encoder.
struct DINOv2Probe {
    private let model: DINOv2Model

    init(folder: URL, variant: String?) throws {
        model = try DINOv2Model(folder: folder, variant: variant)
    }

    /// `pixel_values` to the last hidden states.
    func run(_ input: ProbeInput) throws -> [String: Tensor] {
        let pixels = try input.picture("pixel_values", channels: 3)
        let side = model.configuration.patchSize
        guard pixels.shape[1] >= side, pixels.shape[2] >= side else {
            throw ProbeError.shape(
                key: "pixel_values",
                found: Array(pixels.channelsFirst.shape),
                expected: "[N, 3, \(side) or more, \(side) or more]"
            )
        }
        return ["last_hidden_state": model(pixels)]
    }
}
