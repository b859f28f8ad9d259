import Foundation
import Layers
import StableDiffusion
import Tensors
import TestSupport
import Testing

@testable import Generation

/// Folders broken in ways that people meet: each ends in one sentence that names the file, the key or the
/// shape, and what to do.
struct BrokenFolderTests {
    /// One way to break a folder.
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        /// What the sentence has to contain.
        let words: [String]
        let damage: @Sendable (Damage) throws -> Void

        init(
            _ description: String,
            _ words: [String],
            _ damage: @escaping @Sendable (Damage) throws -> Void
        ) {
            testDescription = description
            self.words = words
            self.damage = damage
        }
    }

    private static let cases = [
        Case("no model_index.json", ["model_index.json does not exist", "diffusers layout"]) {
            try $0.remove("model_index.json")
        },
        Case("a part is missing", ["/vae does not exist"]) { try $0.remove("vae") },
        Case(
            "a part has no weights",
            ["diffusion_pytorch_model.safetensors", "/unet", "config.json"]
        ) {
            try $0.remove(Damage.unet)
        },
        Case("a pickle in place of weights", ["Python pickle", "convert it with: python3"]) {
            try $0.remove(Damage.unet)
            try $0.write([0x80, 2] + Array("}q.".utf8), to: "unet/diffusion_pytorch_model.bin")
        },
        Case("a pickle that is called safetensors", ["Python pickle", "convert it with: python3"]) {
            try $0.write([0x80, 2] + Array("}q.".utf8), to: Damage.unet)
        },
        Case(
            "a download that stopped",
            ["not a valid safetensors file", "download or export it again"]
        ) {
            try $0.cut(Damage.unet, toPart: 0.5)
        },
        Case("a pointer of Git LFS", ["Git LFS pointer", "git lfs pull"]) {
            try $0.write(
                Array("version https://git-lfs.github.com/spec/v1\n".utf8),
                to: Damage.unet
            )
        },
        Case("a tensor is missing", ["\"conv_in.bias\"", "found none", "unet"]) {
            try $0.changeTensors(of: Damage.unet) { $0["conv_in.bias"] = nil }
        },
        Case("a tensor has another shape", ["\"conv_in.bias\"", "[8]", "[9]"]) {
            try $0.changeTensors(of: Damage.unet) { $0["conv_in.bias"] = Tensor.zeros([9]) }
        },
        Case("a tensor too many", ["found 1 of", "turbo.weight"]) {
            try $0.changeTensors(of: Damage.unet) { $0["turbo.weight"] = Tensor.zeros([2]) }
        },
        Case("a configuration that is no JSON", ["unet/config.json", "not JSON"]) {
            try $0.write(Array("{\"block_out_channels\": [8,".utf8), to: "unet/config.json")
        },
        Case("an option nobody here knows", ["class_embed_type", "not supported"]) {
            try $0.replace(
                "\"class_embed_type\": null",
                with: "\"class_embed_type\": \"timestep\"",
                in: "unet/config.json"
            )
        },
        Case("a pipeline of another kind", ["FluxPipeline", "StableDiffusionPipeline or"]) {
            try $0.replace("StableDiffusionPipeline", with: "FluxPipeline", in: "model_index.json")
        },
        Case("an index that lists a missing shard", ["00002-of-00002"]) {
            let map =
                #"{"metadata": {}, "weight_map": {"conv_in.bias": "x-00002-of-00002.safetensors"}}"#
            try $0.remove(Damage.unet)
            try $0.write(Array(map.utf8), to: "unet/diffusion_pytorch_model.safetensors.index.json")
        },
        Case(
            "a tokenizer with more tokens than the text encoder",
            ["tokenizer/vocab.json has ids up to 9999", "need at most 546", "parts of one model"]
        ) {
            try $0.replace("{\n", with: "{\n \"zebra</w>\": 9999,\n", in: "tokenizer/vocab.json")
        },
        Case(
            "a tokenizer of longer texts",
            ["tokenizer_config.json has model_max_length 77", "need at most 20"]
        ) {
            try $0.replace("20", with: "77", in: "tokenizer/tokenizer_config.json")
        },
        Case(
            "the text encoder of another model",
            ["unet/config.json has cross_attention_dim 24", "need 16", "parts of one model"]
        ) {
            try $0.remove("text_encoder")
            try FileManager.default.copyItem(
                at: TinyBase.sdxl.folder.appending(path: "text_encoder"),
                to: $0.folder.appending(path: "text_encoder")
            )
        },
        Case("no vocabulary", ["tokenizer/vocab.json", "does not exist"]) {
            try $0.remove("tokenizer/vocab.json")
        },
    ]

    @Test(arguments: cases)
    func oneSentenceSaysWhatIsWrong(_ broken: Case) throws {
        let damage = try Damage()
        try broken.damage(damage)
        do {
            _ = try BaseModel(folder: damage.folder, name: "broken")
            Issue.record("a broken folder was loaded")
        } catch {
            let sentence = "\(error)"
            for words in broken.words { #expect(sentence.contains(words), "\(sentence)") }
            #expect(!sentence.contains("\n"), "\(sentence)")
            #expect(sentence.contains(damage.folder.path), "\(sentence)")
        }
    }

    /// A copy of the small base, to be broken.
    struct Damage {
        static let unet = "unet/diffusion_pytorch_model.safetensors"
        private let temporary: TemporaryFolder
        var folder: URL { URL(filePath: temporary["base"]) }

        init() throws {
            temporary = try TemporaryFolder()
            try FileManager.default.copyItem(at: TinyBase.sd.folder, to: folder)
        }

        func remove(_ path: String) throws {
            try FileManager.default.removeItem(at: folder.appending(path: path))
        }

        func write(_ bytes: [UInt8], to path: String) throws {
            try Data(bytes).write(to: folder.appending(path: path))
        }

        func cut(_ path: String, toPart part: Double) throws {
            let content = try Data(contentsOf: folder.appending(path: path))
            try write(Array(content.prefix(Int(Double(content.count) * part))), to: path)
        }

        func replace(_ text: String, with other: String, in path: String) throws {
            let file = folder.appending(path: path)
            let found = try String(contentsOf: file, encoding: .utf8)
            try #require(found.contains(text))
            try found.replacing(text, with: other).write(
                to: file,
                atomically: true,
                encoding: .utf8
            )
        }

        func changeTensors(
            of path: String,
            _ change: (inout [String: Tensor]) -> Void
        ) throws {
            let file = folder.appending(path: path).path
            let weights = try SafeTensorsWeights(file: file)
            var tensors: [String: Tensor] = [:]
            for key in weights.keys { tensors[key] = try weights.tensor(key) }
            change(&tensors)
            try WeightFile.write(tensors, to: file)
        }
    }
}
