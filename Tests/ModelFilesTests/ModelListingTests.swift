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
}
