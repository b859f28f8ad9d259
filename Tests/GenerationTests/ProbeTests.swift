import Foundation
import Generation
import Layers
import Tensors
import TestSupport
import Testing

/// Probes on the fixtures' folders: files in, files out, as PyTorch has the tensors.
struct ProbeTests {
    private let temporary: TemporaryFolder
    private var output: URL { URL(fileURLWithPath: temporary["out.safetensors"]) }

    init() throws { temporary = try TemporaryFolder() }

    /// Runs a component on the inputs in a fixture's reference, and compares what it writes with the
    /// outputs there.
    private func check(
        _ component: ProbeComponent,
        _ fixture: String,
        outputs: [String]
    ) throws {
        let folder = Fixtures.folder(fixture)
        let input = folder.appendingPathComponent("reference.safetensors")
        try Probe(component, model: folder).run(input: input, output: output)
        let written = try SafeTensorsWeights(file: output.path)
        #expect(written.keys == Set(outputs))
        let reference = try SafeTensorsWeights(file: input.path)
        for key in outputs {
            let expected = try reference.tensor(key == "image" ? "decoded" : key)
            expectClose(try written.tensor(key), expected, relativeTolerance: 1e-5, key)
        }
    }

    @Test func `Text encoders`() throws {
        let states = ["last_hidden_state", "penultimate_hidden_state", "pooled"]
        try check(.textEncoder, "CLIP/text-legacy", outputs: states)
        try check(
            .secondTextEncoder,
            "CLIP/text-projection",
            outputs: states + ["text_embeds"]
        )
    }

    @Test func `Image encoder`() throws {
        let states = (0...3).map { "hidden_states.\($0)" }
        try check(.imageEncoder, "CLIP/vision", outputs: states + ["image_embeds"])
    }

    @Test func `Both halves of an autoencoder`() throws {
        try check(.autoencoderEncode, "Autoencoder/two-blocks", outputs: ["mean", "logvar"])
        try check(.autoencoderDecode, "Autoencoder/two-blocks", outputs: ["image"])
    }

    @Test func `Tokenizer`() throws {
        let probe = Probe(.tokenizer, model: Fixtures.folder("Tokenizer/published"))
        let ids = try probe.tokenize("a")
        #expect(ids.count == 77)
        #expect(ids[2] == ids[76])
        #expect(throws: ProbeError.self) { try probe.run(input: output, output: output) }
    }

    @Test func `Inputs of another shape are named`() throws {
        let file = temporary["in.safetensors"]
        try WeightFile.write(["pixel_values": .zeros([1, 3, 28, 14])], to: file)
        let probe = Probe(.imageEncoder, model: Fixtures.folder("CLIP/vision"))
        let expected = ProbeError.shape(
            key: "pixel_values",
            found: [1, 3, 28, 14],
            expected: "[N, 3, 28, 28]"
        )
        #expect(throws: expected) {
            try probe.run(input: URL(fileURLWithPath: file), output: output)
        }
        #expect(!FileManager.default.fileExists(atPath: output.path))
    }
}
