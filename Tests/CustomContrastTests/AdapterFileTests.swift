import Foundation
import Layers
import StableDiffusion
import Tensors
import TestSupport
import Testing

@testable import CustomContrast

struct AdapterFileTests {
    private let hashes = (base: "1f", imageEncoder: "2e")

    private func metadata(_ configuration: CustomContrastConfiguration) -> AdapterMetadata {
        AdapterMetadata(
            configuration: configuration,
            baseHash: hashes.base,
            imageEncoderHash: hashes.imageEncoder,
            steps: 1200
        )
    }

    private func configuration(
        _ switches: AblationSwitches = .full
    ) throws -> CustomContrastConfiguration {
        try TinyModels.configuration(switches, layers: TinyModels.unet().crossAttentionLayers)
    }

    /// What was written comes back, value for value, whatever pieces the adapter has.
    @Test(arguments: [0, 1, 5])
    func comesBackAsItWasWritten(row: Int) throws {
        let unet = try TinyModels.unet()
        let switches = try #require(AblationSwitches(tableRow: row))
        let adapter = try TinyModels.adapter(switches, unet: unet)
        let metadata = try metadata(configuration(switches))
        let folder = try TemporaryFolder()
        let path = folder["adapter.safetensors"]
        try AdapterFile.write(adapter, metadata: metadata, to: path)
        let file = try AdapterFile(path: path)
        #expect(file.metadata == metadata)
        #expect(file.design == .customContrast(try configuration(switches)))
        try file.check(baseHash: hashes.base, imageEncoderHash: hashes.imageEncoder)
        let loaded = try file.adapter(layers: unet.crossAttentionLayers, trainable: true)
        #expect(loaded.parameters.map(\.name) == adapter.parameters.map(\.name))
        for (mine, theirs) in zip(loaded.parameters, adapter.parameters) {
            expectClose(mine.tensor, theirs.tensor, relativeTolerance: 0, mine.name)
            #expect(mine.isTrainable == theirs.isTrainable)
        }
    }

    /// Half the size on disk must not be another encoding of time.
    @Test func encodesTimeTheSameWhenStoredAsFloat16() throws {
        let unet = try TinyModels.unet()
        let adapter = try TinyModels.adapter(unet: unet)
        let folder = try TemporaryFolder()
        let path = folder["adapter.safetensors"]
        try AdapterFile.write(
            adapter,
            metadata: try metadata(configuration()),
            storedAs: .float16,
            to: path
        )
        let loaded = try AdapterFile(path: path).adapter(layers: unet.crossAttentionLayers)
        func frequencies(_ adapter: SubjectAdapter) throws -> Tensor {
            let name = "textual_qformer.queries.frequencies"
            return try #require(adapter.parameters.first { $0.name == name }).tensor
        }
        expectClose(try frequencies(loaded), try frequencies(adapter), relativeTolerance: 0)
        let features = TinyModels.imageFeatures(count: 1)
        func textual(_ adapter: SubjectAdapter) throws -> Tensor {
            let media = adapter.encoder.media(features)
            return try #require(adapter.encoder(media, timesteps: [987]).textual)
        }
        expectClose(try textual(loaded), try textual(adapter), relativeTolerance: 5e-3)
    }

    @Test func saysWhichModelItWasTrainedWith() throws {
        let unet = try TinyModels.unet()
        let adapter = try TinyModels.adapter(unet: unet)
        let metadata = try metadata(configuration())
        let folder = try TemporaryFolder()
        let path = folder["adapter.safetensors"]
        try AdapterFile.write(adapter, metadata: metadata, to: path)
        let file = try AdapterFile(path: path)
        #expect(
            throws: AdapterError.otherModel(
                part: "image encoder",
                expected: "2e",
                found: "3d",
                path: path,
                canBeAllowed: true
            )
        ) {
            try file.check(baseHash: hashes.base, imageEncoderHash: "3d")
        }
        #expect(
            throws: AdapterError.otherModel(
                part: "base model",
                expected: "1f",
                found: "9",
                path: path,
                canBeAllowed: true
            )
        ) {
            try file.check(baseHash: "9", imageEncoderHash: hashes.imageEncoder)
        }
        // One that is trained on may get to know another base, not another image encoder.
        try file.check(baseHash: nil, imageEncoderHash: hashes.imageEncoder)
        let refusal = #expect(throws: AdapterError.self) {
            try file.check(baseHash: nil, imageEncoderHash: "3d", canBeAllowed: false)
        }
        let advice = refusal?.description ?? ""
        #expect(advice.contains("train a new adapter") && !advice.contains("allow"), "\(advice)")
    }

    @Test func readsAdaptersOfBeforeThePlaceholderHadAPlacement() throws {
        var pairs = try metadata(configuration()).pairs()
        pairs["configuration"]?.replace("\"placement\":\"replace\",", with: "")
        #expect(pairs["configuration"]?.contains("placement") == false)
        let read = try #require(try AdapterMetadata(pairs, path: "x"))
        #expect(read.configuration?.placement == .replace)
        var own = try configuration()
        own.placement = .before
        let again = try AdapterMetadata(try metadata(own).pairs(), path: "x")
        #expect(again?.configuration == own)
    }

    @Test func refusesDamagedMetadata() throws {
        let good = try metadata(configuration()).pairs()
        func refuses(_ key: String, _ change: (inout [String: String]) -> Void) {
            var pairs = good
            change(&pairs)
            do {
                _ = try AdapterMetadata(pairs, path: "x")
                Issue.record("metadata with a bad \(key) was accepted")
            } catch AdapterError.metadata(let found, _, _) {
                #expect(found == key)
            } catch {
                Issue.record("\(error)")
            }
        }
        refuses("steps") { $0["steps"] = "many" }
        refuses("base_hash") { $0["base_hash"] = nil }
        refuses("format_version") { $0["format_version"] = "2" }
        refuses("configuration") { $0["configuration"] = "{}" }
        refuses("configuration") {
            $0["configuration"]?.replace("\"hasFusion\"", with: "\"turbo\":1,\"hasFusion\"")
        }
        refuses("configuration") {
            $0["configuration"]?.replace("\"depth\"", with: "\"turbo\":1,\"depth\"")
        }
        refuses("configuration") { $0["configuration"]?.replace("\"replace\"", with: "\"behind\"") }
        #expect(try AdapterMetadata(good, path: "x") != nil)
        #expect(try AdapterMetadata([:], path: "x") == nil)
    }
}
