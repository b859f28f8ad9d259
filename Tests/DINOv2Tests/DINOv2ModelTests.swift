import DINOv2
import Foundation
import Layers
import Tensors
import TestSupport
import Testing

/// DINOv2 models against transformers (scripts/fixtures/dinov2.py).
struct DINOv2ModelTests {
    /// Pictures of the model's own size, and of others, for which its positions are stretched.
    @Test(arguments: ["plain", "gated"], ["own", "smaller", "wider"])
    func `Last hidden states equal transformers'`(name: String, size: String) throws {
        let model = try DINOv2Model(folder: Fixtures.folder("DINOv2/\(name)"))
        let reference = try Fixtures.tensors("DINOv2/\(name)/reference.safetensors")
        let pixels = try reference.tensor("\(size).pixel_values").channelsLast
        let expected = try reference.tensor("\(size).last_hidden_state")
        expectClose(model(pixels), expected, relativeTolerance: 1e-5, "\(size)")
        let pooled = model.pooled(pixels)
        #expect(pooled.shape == [expected.shape[0], expected.shape[2]])
        #expect(pooled.values[0] == model(pixels).values[0])
    }

    @Test(arguments: [("num_channels", "1"), ("hidden_act", "\"relu\""), ("model_type", "\"vit\"")])
    func `Other architectures are refused`(option: String, value: String) throws {
        let folder = try TemporaryFolder()
        var options = ["model_type": "\"dinov2\""]
        options[option] = value
        let json = options.map { "\"\($0)\": \($1)" }.joined(separator: ", ")
        try "{\(json)}".write(toFile: folder["config.json"], atomically: true, encoding: .utf8)
        #expect(throws: ModelFileError.self) {
            try DINOv2Configuration(file: URL(filePath: folder["config.json"]))
        }
    }
}
