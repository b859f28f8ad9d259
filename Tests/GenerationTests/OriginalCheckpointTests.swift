import CLIP
import Foundation
import Layers
import StableDiffusion
import Tensors
import TestSupport
import Testing

@testable import Generation

/// One-file checkpoints in the original layout (scripts/fixtures/original_checkpoints.py) hold the same
/// models as the folders in the diffusers layout that they were made from.
struct OriginalCheckpointTests {
    private func opened(_ base: TinyBase) throws -> ModelFolder {
        try ModelFolder(checkpoint: file(base), configuredBy: base.folder)
    }

    private func file(_ base: TinyBase) -> URL {
        Fixtures.folder("OriginalCheckpoints/\(base.rawValue).safetensors")
    }

    /// Every tensor under its name in the diffusers layout, whole, to the last bit.
    @Test(arguments: TinyBase.allCases)
    func everyTensorIsFound(tiny: TinyBase) throws {
        let folder = try opened(tiny)
        let texts: [ModelPart] = tiny == .sd ? [.textEncoder] : [.textEncoder, .secondTextEncoder]
        var parts: [(ModelPart, any WeightSource)] = [
            (.unet, try folder.weights(of: folder.unetConfiguration())),
            (
                .autoencoder,
                try folder.weights(
                    of: AutoencoderConfiguration(
                        file: folder.folder(of: .autoencoder).appending(path: "config.json")
                    )
                )
            ),
        ]
        for part in texts {
            parts.append((part, try folder.textEncoderWeights(of: part, layerCount: 2)))
        }
        for (part, weights) in parts {
            let expected = try SafeTensorsWeights(folder: folder.folder(of: part).path)
            // transformers 5 saves some text encoders without this prefix.
            func bare(_ key: String) -> String {
                key.hasPrefix("text_model.") ? String(key.dropFirst(11)) : key
            }
            let names = Dictionary(uniqueKeysWithValues: weights.keys.map { (bare($0), $0) })
            #expect(Set(names.keys) == Set(expected.keys.map(bare)), "\(part)")
            for key in expected.keys {
                let name = try #require(names[bare(key)])
                #expect(weights.shape(of: name) == expected.shape(of: key), "\(key)")
                let found = try weights.tensor(name)
                #expect(found.values == (try expected.tensor(key).values), "\(key)")
            }
        }
    }

    @Test(arguments: TinyBase.allCases)
    func theSamePicturesComeOut(tiny: TinyBase) throws {
        let one = try TinyJob(BaseModel(opened(tiny), name: "one-file"))
        let expected = try TinyJob(tiny).pictures()
        #expect(try one.pictures() == expected)
    }

    @Test func aFolderOfTheSameNameConfiguresIt() throws {
        let temporary = try TemporaryFolder()
        let file = URL(filePath: temporary["dreamy.safetensors"])
        try FileManager.default.copyItem(at: self.file(.sd), to: file)
        let error = #expect(throws: ModelFileError.self) { try ModelFolder(checkpoint: file) }
        #expect("\(try #require(error))".contains("dreamy/model_index.json"))
        try FileManager.default.copyItem(
            at: TinyBase.sd.folder,
            to: URL(filePath: temporary["dreamy"])
        )
        #expect(try ModelFolder(checkpoint: file).family == .stableDiffusion)
    }

    @Test func anotherKindsConfigurationIsRefused() throws {
        let error = #expect(throws: ModelFileError.self) {
            try ModelFolder(checkpoint: file(.sd), configuredBy: TinyBase.sdxl.folder)
        }
        #expect("\(try #require(error))".contains("a model of Stable Diffusion 1, but"))
    }

    @Test func aPartAloneIsNoCheckpoint() throws {
        let unet = TinyBase.sd.folder.appending(path: "unet/diffusion_pytorch_model.safetensors")
        let error = #expect(throws: ModelFileError.self) { try OriginalCheckpoint(unet) }
        #expect("\(try #require(error))".contains("found no tensors model.diffusion_model.*"))
    }
}
