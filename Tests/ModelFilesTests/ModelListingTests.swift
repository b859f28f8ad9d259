import Foundation
import ModelFiles
import TestSupport
import Testing

/// What headers, configurations and hashes tell of a model.
struct ModelListingTests {
    private static let small = Fixtures.folder("Generation/sd")

    @Test(
        arguments: [
            ("Generation/sd", "small world, or as small"), ("Generation/sdxl", "small, as SDXL"),
            ("Generation/sd-ip-adapter-plus.safetensors", "IP-Adapter-plus"),
            ("IPAdapter/ip-adapter.safetensors", "IP-Adapter"),
            ("OriginalCheckpoints/sd.safetensors", "Stable Diffusion 1, one file"),
            ("OriginalCheckpoints/sdxl.safetensors", "SDXL, one file"),
        ]
    )
    func kindsAreToldApart(_ path: String, _ kind: String) throws {
        #expect(try ModelListing(of: Fixtures.folder(path)).kind == kind)
    }

    @Test func filesAreListedWithTypesAndHashes() throws {
        let listing = try ModelListing(of: Self.small)
        let unet = try #require(listing.weights.first { $0.path.hasPrefix("unet/") })
        #expect(unet.tensorCount > 300)
        #expect(unet.dataTypes == ["F32"])
        #expect(listing.paths.contains("tokenizer/merges.txt"))
        let records = try listing.records(FileDigests())
        #expect(records.map(\.path) == listing.paths)
        #expect(records.allSatisfy { $0.bytes > 0 && $0.sha256.count == 64 })
    }

    @Test func aChangedFileIsNoticed() throws {
        let temporary = try TemporaryFolder()
        let folder = URL(filePath: temporary["base"])
        try FileManager.default.copyItem(at: Self.small, to: folder)
        let digests = FileDigests()
        let records = try ModelListing(of: folder).records(digests)
        #expect(try records.firstChange(in: folder, model: "m", digests: digests) == nil)
        let merges = folder.appending(path: "tokenizer/merges.txt")
        try Data("#version: 0.2\n".utf8).write(to: merges)
        let change = try #require(try records.firstChange(in: folder, model: "m", digests: digests))
        #expect(change.path == "tokenizer/merges.txt")
        #expect("\(change)".contains("\"allow_changed_models\": true"))
        try FileManager.default.removeItem(at: merges)
        let missing = try records.firstChange(in: folder, model: "m", digests: digests)
        #expect(missing?.found == "nothing there")
    }

    @Test func whatIsWrongIsOneSentence() throws {
        let temporary = try TemporaryFolder()
        let folder = URL(filePath: temporary["base"])
        try FileManager.default.copyItem(at: Self.small, to: folder)
        let configuration = folder.appending(path: "unet/config.json")
        let text = try String(contentsOf: configuration, encoding: .utf8)
        let width = try #require(text.firstMatch(of: /"cross_attention_dim": \d+/)).output
        try text.replacing(width, with: "\"cross_attention_dim\": 768")
            .write(to: configuration, atomically: true, encoding: .utf8)
        let error = #expect(throws: ModelListingError.self) { try ModelListing(of: folder) }
        #expect("\(try #require(error))".contains(".attn2.to_k.weight\" in"))
        try FileManager.default.removeItem(at: configuration)
        #expect(throws: ModelListingError.missing(configuration.path)) {
            try ModelListing(of: folder)
        }
    }

    @Test func newFilesThatWouldBeReadAreNoticed() throws {
        let temporary = try TemporaryFolder()
        let folder = URL(filePath: temporary["base"])
        try FileManager.default.copyItem(at: Self.small, to: folder)
        let unet = folder.appending(path: "unet")
        let plain = unet.appending(path: "diffusion_pytorch_model.safetensors")
        let half = unet.appending(path: "diffusion_pytorch_model.fp16.safetensors")
        try FileManager.default.moveItem(at: plain, to: half)
        let digests = FileDigests()
        let records = try ModelListing(of: folder).records(digests)
        func addition() throws -> String? {
            let change = try records.firstChange(in: folder, model: "m", digests: digests)
            if let change { #expect("\(change)".contains("--replace")) }
            return change?.path
        }
        #expect(try addition() == nil)
        // Loses against fp16, which is registered.
        let brain = unet.appending(path: "diffusion_pytorch_model.bf16.safetensors")
        try FileManager.default.copyItem(at: half, to: brain)
        #expect(try addition() == nil)
        try FileManager.default.copyItem(at: half, to: plain)
        #expect(try addition() == "unet/diffusion_pytorch_model.safetensors")
        try FileManager.default.removeItem(at: plain)
        try Data("{}".utf8).write(to: folder.appending(path: "README.json"))
        #expect(try addition() == nil)
        try Data("{}".utf8).write(to: folder.appending(path: "tokenizer/added_tokens.json"))
        #expect(try addition() == "tokenizer/added_tokens.json")
        // A record by hand of one file says nothing of others.
        let one = records.filter { $0.path == "unet/diffusion_pytorch_model.fp16.safetensors" }
        #expect(try one.firstChange(in: folder, model: "m", digests: digests) == nil)
        try FileManager.default.copyItem(at: half, to: plain)
        let change = try one.firstChange(in: folder, model: "m", digests: digests)
        #expect(change?.path == "unet/diffusion_pytorch_model.safetensors")
    }

    @Test func configurationsOfAModelInOneFileCountToo() throws {
        let temporary = try TemporaryFolder()
        let folder = URL(filePath: temporary["base"])
        try FileManager.default.copyItem(at: Self.small, to: folder)
        let digests = FileDigests()
        let records = try ModelListing(of: folder).configurationRecords(digests)
        #expect(records.own.isEmpty)
        let paths = records.configurations.map(\.path)
        #expect(paths.contains("unet/config.json"))
        #expect(!paths.contains { $0.hasPrefix("unet/") && $0.hasSuffix(".safetensors") })
        #expect(paths.contains { $0.hasPrefix("image_encoder/") && $0.hasSuffix(".safetensors") })
        #expect(try records.firstChange(in: folder, model: "m", digests: digests) == nil)
        let file = folder.appending(path: "scheduler/scheduler_config.json")
        try Data("{}".utf8).write(to: file)
        let change = try records.firstChange(in: folder, model: "m", digests: digests)
        #expect(change?.path == "scheduler/scheduler_config.json")
    }

    @Test func foldersWithoutAnIndexAreToldApart() throws {
        #expect(try ModelListing(of: Fixtures.folder("Evaluation/clip")).kind == "CLIP")
        #expect(try ModelListing(of: Fixtures.folder("DINOv2/plain")).kind == "DINOv2")
        let encoder = Self.small.appending(path: "image_encoder")
        #expect(try ModelListing(of: encoder).kind == "CLIP image encoder")
        let temporary = try TemporaryFolder()
        let folder = URL(filePath: temporary["rex"])
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        #expect(throws: ModelListingError.self) { try ModelListing(of: folder) }
        try FileManager.default.copyItem(
            at: Fixtures.folder("Generation/sd-ip-adapter-plus.safetensors"),
            to: folder.appending(path: "adapter.safetensors")
        )
        #expect(try ModelListing(of: folder).kind == "IP-Adapter-plus")
        try FileManager.default.removeItem(at: folder.appending(path: "adapter.safetensors"))
        try Data(#"{"model_type": "bert"}"#.utf8).write(to: folder.appending(path: "config.json"))
        #expect(throws: ModelListingError.unknown(folder.path + "/config.json", found: "bert")) {
            try ModelListing(of: folder)
        }
    }

    @Test func partsTellWhichFileIsRead() throws {
        let temporary = try TemporaryFolder()
        let folder = URL(filePath: temporary["base"])
        try FileManager.default.copyItem(at: Self.small, to: folder)
        let unet = folder.appending(path: "unet")
        try FileManager.default.copyItem(
            at: unet.appending(path: "diffusion_pytorch_model.safetensors"),
            to: unet.appending(path: "diffusion_pytorch_model.fp16.safetensors")
        )
        let parts = try ModelListing(of: folder).parts
        #expect(parts.map(\.name) == ["image_encoder", "text_encoder", "unet", "vae"])
        let denoiser = try #require(parts.first { $0.name == "unet" })
        #expect(denoiser.file == "diffusion_pytorch_model.safetensors")
        #expect(denoiser.dataTypes == ["F32"])
        #expect(denoiser.shapes["conv_in.weight"] == [8, 4, 3, 3])
        #expect(denoiser.tensorCount == denoiser.shapes.count)
    }
}
