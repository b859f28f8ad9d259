import Foundation
import TestSupport
import Testing

/// A base or an adapter that cannot be used.
struct BadModel: CustomTestStringConvertible {
    let testDescription: String
    /// Fields of the job, which names the model by `testDescription`.
    let fields: String
    /// What the sentence has to say.
    let words: [String]
    /// Damages a copy of `tiny`, or of `own`, that lies at this place.
    let damage: @Sendable (_ folder: URL) throws -> Void

    private static let unet = "unet/diffusion_pytorch_model.safetensors"
    private static let adapter = "adapter.safetensors"

    private static func base(
        _ name: String,
        _ words: [String],
        _ damage: @escaping @Sendable (_ folder: URL) throws -> Void
    ) -> BadModel {
        BadModel(
            testDescription: name,
            fields: #"{"base": "\#(name)", "adapter": null, "subjects": []}"#,
            words: words,
            damage: damage
        )
    }

    private static func adapter(
        _ name: String,
        _ words: [String],
        _ damage: @escaping @Sendable (_ folder: URL) throws -> Void
    ) -> BadModel {
        BadModel(
            testDescription: name,
            fields: #"{"adapter": "\#(name)"}"#,
            words: words,
            damage: damage
        )
    }

    /// Copies of the base.
    static let bases: [BadModel] = [
        base("no-folder", [#""no-folder" below the models root"#, "nothing there"]) {
            try FileManager.default.removeItem(at: $0)
        },
        base("no-index", ["no-index/model_index.json does not exist", "diffusers layout"]) {
            try FileManager.default.removeItem(at: $0.appending(path: "model_index.json"))
        },
        base("no-text-encoder", ["no-text-encoder/text_encoder does not exist"]) {
            try FileManager.default.removeItem(at: $0.appending(path: "text_encoder"))
        },
        base("no-tensor", [#"Expected a tensor "conv_in.bias" in no-tensor/unet"#, "found none"]) {
            try edit($0, unet, replacing: #""conv_in.bias""#, with: #""conv_in.bios""#)
        },
        base(
            "other-shape",
            [#"Expected "conv_in.weight" in other-shape/unet"#, "found [4, 8, 3, 3]"]
        ) {
            let file = try Data(contentsOf: $0.appending(path: unet))
            let header = String(decoding: file.prefix(200_000), as: UTF8.self)
            let spelled = header.contains("[8,4,3,3]") ? "[8,4,3,3]" : "[8, 4, 3, 3]"
            try edit(
                $0,
                unet,
                after: #""conv_in.weight""#,
                replacing: spelled,
                with: spelled.swapped
            )
        },
        base(
            "cut",
            ["cut/unet/diffusion_pytorch_model.safetensors is not a valid safetensors file"]
        ) {
            let file = $0.appending(path: unet)
            try Data(contentsOf: file).dropLast(100).write(to: file)
        },
        base("empty", ["empty/unet", "found 0", "download or export it again"]) {
            try Data().write(to: $0.appending(path: unet))
        },
        base("pickle", ["Expected safetensors in pickle/unet", "Python pickle", "convert it with"])
        {
            try Data([0x80, 0x02, 0x7D, 0x71, 0x00, 0x2E]).write(to: $0.appending(path: unet))
        },
        base("only-bin", ["in only-bin/unet", "only safetensors files are read"]) {
            let file = $0.appending(path: unet)
            let other = $0.appending(path: "unet/diffusion_pytorch_model.bin")
            try FileManager.default.moveItem(at: file, to: other)
        },
        base(
            "not-a-number",
            ["the UNet in step 1", "first in the layer conv_in", "look for damaged weights"]
        ) {
            try DamagedWeights.fill("conv_in.weight", of: $0.appending(path: unet), with: .nan)
        },
        base(
            "too-large",
            ["the text encoder", "first in the layer text_model.encoder.layers.0.mlp.fc1"]
        ) {
            let file = $0.appending(path: "text_encoder/model.safetensors")
            try DamagedWeights.fill(
                "encoder.layers.0.mlp.fc1.weight",
                of: file,
                with: 3e38
            )
        },
        base("all-grey", ["The picture of seed 7 has one colour all over"]) {
            let file = $0.appending(path: "vae/diffusion_pytorch_model.safetensors")
            for kind in ["weight", "bias"] {
                try DamagedWeights.fill("decoder.conv_out.\(kind)", of: file, with: 0)
            }
        },
        base("other-activation", ["act_fn", "tanh"]) {
            try edit($0, "unet/config.json", replacing: #""silu""#, with: #""tanh""#)
        },
        base("broken-config", ["broken-config/unet/config.json cannot be read"]) {
            try Data("{".utf8).write(to: $0.appending(path: "unet/config.json"))
        },
    ]

    /// Copies of the adapter.
    static let adapters: [BadModel] = [
        adapter(
            "no-adapter",
            [#""no-adapter/adapter.safetensors" below the models root"#, "nothing there"]
        ) {
            try FileManager.default.removeItem(at: $0)
        },
        adapter(
            "no-file",
            [#""no-file/adapter.safetensors" below the models root"#, "nothing there"]
        ) {
            try FileManager.default.removeItem(at: $0.appending(path: adapter))
        },
        adapter("cut-adapter", ["cut-adapter/adapter.safetensors is not a valid safetensors file"])
        {
            let file = $0.appending(path: adapter)
            try Data(contentsOf: file).dropLast(100).write(to: file)
        },
        adapter("pickled-adapter", ["Expected safetensors in pickled-adapter", "Python pickle"]) {
            try Data([0x80, 0x04, 0x95, 0x00, 0x2E]).write(to: $0.appending(path: adapter))
        },
        adapter("other-base", ["other-base/adapter.safetensors was trained with the base model"]) {
            let file = try Data(contentsOf: $0.appending(path: adapter))
            let key = Data(#""base_hash":""#.utf8)
            let range = try #require(file.range(of: key))
            var changed = file
            changed[range.upperBound] = changed[range.upperBound] == 0x30 ? 0x31 : 0x30
            try changed.write(to: $0.appending(path: adapter))
        },
        adapter("foreign", ["expected to be a CustomContrast, IP-Adapter or IP-Adapter-plus file"])
        {
            let other = Fixtures.folder("Generation/sd").appending(path: unet)
            try Data(contentsOf: other).write(to: $0.appending(path: adapter))
        },
        adapter("ip-adapter", ["The method customcontrast", "one of ip-adapter-plus"]) {
            let other = Fixtures.folder("Generation/sd-ip-adapter-plus.safetensors")
            try Data(contentsOf: other).write(to: $0.appending(path: adapter))
        },
    ]

    /// Changes a text of the same length in a file.
    private static func edit(
        _ folder: URL,
        _ name: String,
        after start: String = "",
        replacing old: String,
        with new: String
    ) throws {
        let file = folder.appending(path: name)
        var content = try Data(contentsOf: file)
        let first = start.isEmpty ? 0 : try #require(content.range(of: Data(start.utf8))).upperBound
        let range = try #require(content.range(of: Data(old.utf8), in: first..<content.count))
        content.replaceSubrange(range, with: Data(new.utf8))
        try content.write(to: file)
    }
}

extension String {
    /// The text with its first 8 and 4 in each other's place.
    fileprivate var swapped: String {
        String(map { $0 == "8" ? "4" : $0 == "4" ? "8" : $0 })
    }
}
