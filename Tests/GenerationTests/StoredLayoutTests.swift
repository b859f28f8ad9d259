import CLIP
import CustomContrast
import Foundation
import Layers
import StableDiffusion
import Tensors
import TestSupport
import Testing

@testable import Generation

/// Bases as people store and change them: in shards, as variants, with added tokens.
struct StoredLayoutTests {
    private static let weights = [
        "unet/diffusion_pytorch_model", "vae/diffusion_pytorch_model", "text_encoder/model",
        "image_encoder/model",
    ]

    /// Rewrites the weights of every part of a copied base.
    private func rewrite(
        _ base: URL,
        _ body: (_ weights: SafeTensorsWeights, _ stem: String) throws -> Void
    ) throws {
        for part in Self.weights {
            let stem = base.appending(path: part).path
            let weights = try SafeTensorsWeights(file: "\(stem).safetensors")
            try body(weights, stem)
            try FileManager.default.removeItem(atPath: "\(stem).safetensors")
        }
    }

    private func pictures(_ folder: TemporaryFolder) throws -> [Data] {
        try TinyJob(BaseModel(folder: URL(filePath: folder["base"]), name: "sd")).pictures()
    }

    @Test func aBaseInShardsMakesTheSamePictures() throws {
        let folder = try TinyBase.sd.copy()
        try rewrite(URL(filePath: folder["base"])) { weights, stem in
            let keys = weights.keys.sorted()
            let shards = [keys.prefix(keys.count / 3), keys.dropFirst(keys.count / 3)]
            var map: [String: String] = [:]
            for (index, keys) in shards.enumerated() {
                let path = "\(stem)-0000\(index + 1)-of-00002.safetensors"
                let tensors = try keys.map { ($0, try weights.tensor($0)) }
                try WeightFile.write(Dictionary(uniqueKeysWithValues: tensors), to: path)
                for key in keys { map[key] = URL(filePath: path).lastPathComponent }
            }
            try JSONEncoder().encode(["weight_map": map])
                .write(to: URL(filePath: "\(stem).safetensors.index.json"))
        }
        #expect(try pictures(folder) == TinyJob(.sd).pictures())
    }

    /// The same numbers in 16 bits, under either name of a variant: the pictures are those of these numbers in
    /// one float32 file.
    @Test(arguments: ["fp16", "half"])
    func aBaseOfVariantsIsRead(_ variant: String) throws {
        func write(_ name: @escaping (String) -> String, widened: Bool) throws -> [Data] {
            let folder = try TinyBase.sd.copy()
            try rewrite(URL(filePath: folder["base"])) { weights, stem in
                var tensors: [String: Tensor] = [:]
                for key in weights.keys {
                    let tensor = try weights.tensor(key)
                    tensors[key] =
                        widened
                        ? Tensor(tensor.values.map { Float(Float16($0)) }, shape: tensor.shape)
                        : tensor
                }
                let path = "\(name(stem)).safetensors"
                try WeightFile.write(tensors, storedAs: widened ? .float32 : .float16, to: path)
                if widened {
                    try FileManager.default.moveItem(atPath: path, toPath: stem + ".moved")
                }
            }
            if widened {
                for part in Self.weights {
                    let stem = URL(filePath: folder["base"]).appending(path: part).path
                    try FileManager.default.moveItem(
                        atPath: stem + ".moved",
                        toPath: "\(stem).safetensors"
                    )
                }
            }
            return try pictures(folder)
        }
        let half = try write({ "\($0).\(variant)" }, widened: false)
        let whole = try write({ "\($0).widened" }, widened: true)
        #expect(half == whole)
    }

    /// A fine-tune with one token more: its row is the last of the table.
    @Test func anAddedTokenHasARowOfItsOwn() throws {
        let folder = try TinyBase.sd.copy()
        let base = URL(filePath: folder["base"])
        let plain = try BaseModel(folder: base, name: "sd").prompts.stages[0]
        let count = plain.model.configuration.vocabularySize
        try Data("{\"<sks>\": \(count)}".utf8)
            .write(to: base.appending(path: "tokenizer/added_tokens.json"))
        let error = try #require(throws: ModelFileError.self) {
            try BaseModel(folder: base, name: "sd")
        }
        #expect("\(error)".contains("has ids up to \(count)"))

        let part = base.appending(path: "text_encoder")
        let file = part.appending(path: "model.safetensors")
        let weights = try SafeTensorsWeights(file: file.path)
        var tensors = Dictionary(
            uniqueKeysWithValues: try weights.keys.map { ($0, try weights.tensor($0)) }
        )
        let key = try #require(weights.keys.first { $0.hasSuffix("token_embedding.weight") })
        let table = try #require(tensors[key])
        let row = Tensor.testValues([1, table.shape[1]])
        tensors[key] = concatenated([table, row], axis: 0)
        // A file of its own: the old one is still mapped.
        try FileManager.default.removeItem(at: file)
        try WeightFile.write(tensors, to: file.path)
        let configuration = part.appending(path: "config.json")
        let text = try String(contentsOf: configuration, encoding: .utf8)
        try text.replacing("\"vocab_size\": \(count)", with: "\"vocab_size\": \(count + 1)")
            .write(to: configuration, atomically: true, encoding: .utf8)

        let tuned = try BaseModel(folder: base, name: "sd").prompts.stages[0]
        #expect(tuned.tokenizer.encode("a <SKS>dog").ids[2] == count)
        let known = "a photo of a dog"
        let states = { (stage: PromptEncoder.Stage, text: String) in
            stage.model(ids: [stage.tokenizer.encode(text).ids]).lastHiddenState.values
        }
        #expect(states(tuned, known) == states(plain, known))
        #expect(states(tuned, "a <sks> dog") != states(tuned, "a dog dog"))
    }
}
