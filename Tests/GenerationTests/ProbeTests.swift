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

    @Test func `DINOv2`() throws {
        let inputs = try input(
            "DINOv2/plain/reference.safetensors",
            ["pixel_values": "wider.pixel_values"]
        )
        let model = Fixtures.folder("DINOv2/plain")
        try Probe(.dinov2, model: model).run(input: inputs, output: output)
        let written = try SafeTensorsWeights(file: output.path).tensor("last_hidden_state")
        let reference = try Fixtures.tensors("DINOv2/plain/reference.safetensors")
        expectClose(
            written,
            try reference.tensor("wider.last_hidden_state"),
            relativeTolerance: 1e-5
        )
    }

    @Test func `Other precisions`() throws {
        let folder = Fixtures.folder("CLIP/vision")
        let input = folder.appendingPathComponent("reference.safetensors")
        try Probe(.imageEncoder, model: folder, precision: .bfloat16).run(
            input: input,
            output: output
        )
        let (written, reference) = (
            try SafeTensorsWeights(file: output.path), try SafeTensorsWeights(file: input.path)
        )
        let found = try written.tensor("image_embeds")
        let expected = try reference.tensor("image_embeds")
        #expect(found.values != expected.values)
        expectClose(found, expected, relativeTolerance: 3e-2)
        #expect(throws: ProbeError.precision(component: .autoencoderDecode)) {
            try Probe(
                .autoencoderDecode,
                model: Fixtures.folder("Autoencoder/two-blocks"),
                precision: .bfloat16
            ).run(input: input, output: output)
        }
    }

    @Test func `Both halves of an autoencoder`() throws {
        try check(.autoencoderEncode, "Autoencoder/two-blocks", outputs: ["mean", "logvar"])
        try check(.autoencoderDecode, "Autoencoder/two-blocks", outputs: ["image"])
    }

    /// Writes tensors of a fixture under other names, and others beside them, and returns the file.
    private func input(
        _ fixture: String,
        _ names: [String: String],
        and others: [String: Tensor] = [:]
    ) throws -> URL {
        let reference = try Fixtures.tensors(fixture)
        let tensors = try names.mapValues { try reference.tensor($0) }
        let file = temporary["in.safetensors"]
        try WeightFile.write(tensors.merging(others) { $1 }, to: file)
        return URL(fileURLWithPath: file)
    }

    /// Runs the small denoiser on inputs, and compares what it writes with a tensor of its reference.
    private func checkDenoiser(_ input: URL, expected: String) throws {
        try Probe(.unet, model: Fixtures.folder("UNet/sd")).run(input: input, output: output)
        expectClose(
            try SafeTensorsWeights(file: output.path).tensor("sample"),
            try Fixtures.tensors("UNet/sd/reference.safetensors").tensor(expected),
            relativeTolerance: 2e-5
        )
    }

    @Test func `Denoiser, with a timestep for each sample and one for all`() throws {
        let reference = "UNet/sd/reference.safetensors"
        let each = [
            "sample": "input.sample", "timestep": "input.timesteps",
            "encoder_hidden_states": "input.text",
        ]
        try checkDenoiser(try input(reference, each), expected: "output")
        // 7 × 10 latents, at timestep 500.
        let odd = ["sample": "input.odd_sample", "encoder_hidden_states": "input.text"]
        try checkDenoiser(
            try input(reference, odd, and: ["timestep": Tensor(500)]),
            expected: "odd_output"
        )
    }

    @Test(arguments: [("ip-adapter", "image_embeds"), ("ip-adapter-plus", "hidden_state")])
    func `Image side of IP-Adapters`(name: String, states: String) throws {
        let reference = "IPAdapter/reference.safetensors"
        let model = Fixtures.folder("IPAdapter/\(name).safetensors")
        try Probe(.ipAdapter, model: model).run(
            input: try input(reference, ["hidden_states": states]),
            output: output
        )
        expectClose(
            try SafeTensorsWeights(file: output.path).tensor("tokens"),
            try Fixtures.tensors(reference).tensor("\(name).tokens"),
            relativeTolerance: 1e-5
        )
    }

    @Test func `Repetitions are timed and change nothing`() throws {
        let probe = Probe(.ipAdapter, model: Fixtures.folder("IPAdapter/ip-adapter.safetensors"))
        let given = try input("IPAdapter/reference.safetensors", ["hidden_states": "image_embeds"])
        #expect(try probe.run(input: given, output: output).isEmpty)
        let once = try Data(contentsOf: output)
        let times = try probe.run(input: given, output: output, repetitions: 3)
        #expect(times.count == 3 && times.allSatisfy { $0 > .zero })
        #expect(try Data(contentsOf: output) == once)
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
