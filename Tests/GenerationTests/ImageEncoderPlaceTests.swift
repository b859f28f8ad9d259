import CLIP
import Foundation
import Imaging
import Layers
import StableDiffusion
import Tensors
import TestSupport
import Testing

@testable import Generation

/// Where a base's image encoder may lie: published bases have none, and do not list the one put beside.
struct ImageEncoderPlaceTests {
    /// A copy of the small base whose `model_index.json` lists no image encoder; `base` in the folder.
    private func unlisted() throws -> (folder: TemporaryFolder, base: URL) {
        let folder = try TinyBase.sd.copy()
        let base = URL(filePath: folder["base"])
        let index = base.appending(path: "model_index.json")
        let data = try Data(contentsOf: index)
        var parts = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        parts["image_encoder"] = nil
        parts["feature_extractor"] = nil
        try JSONSerialization.data(withJSONObject: parts).write(to: index)
        return (folder, base)
    }

    private func pictures(_ base: BaseModel) throws -> [Data] { try TinyJob(base).pictures() }

    @Test func anUnlistedFolderCounts() throws {
        let (temporary, url) = try unlisted()
        defer { withExtendedLifetime(temporary) {} }
        let base = try BaseModel(folder: url, name: "sd")
        let listed = try pictures(TinyBase.sd.load())
        #expect(try pictures(base) == listed)
        #expect(try BaseOutline(ModelFolder(url)).imageBytes > 0)
        #expect(try base.modelHashes() == TinyBase.sd.load().modelHashes())
    }

    @Test func anotherFoldersEncoderMayBeNamed() throws {
        let (temporary, url) = try unlisted()
        let own = url.appending(path: "image_encoder")
        let other = URL(filePath: temporary["clip"])
        try FileManager.default.moveItem(at: own, to: other)
        let folder = try ModelFolder(url)
        #expect(!folder.contains(.imageEncoder))
        let error = try #require(throws: GenerationError.self) {
            try BaseModel(folder, name: "sd").requireImageEncoder()
        }
        #expect("\(error)".contains("\"image_encoder\""))
        let listed = try pictures(TinyBase.sd.load())
        for place in [other, URL(filePath: temporary.path).appending(path: "outer")] {
            if place != other {
                try FileManager.default.createDirectory(
                    at: place,
                    withIntermediateDirectories: false
                )
                try FileManager.default.copyItem(
                    at: other,
                    to: place.appending(path: "image_encoder")
                )
            }
            let named = try folder.with(imageEncoder: place)
            #expect(try BaseOutline(named).imageBytes > 0)
            #expect(try pictures(BaseModel(named, name: "sd")) == listed)
        }
        #expect(throws: ModelFileError.self) { try folder.with(imageEncoder: url) }
    }

    @Test func theImageSideOfAWholeCLIPIsRead() throws {
        let clip = Fixtures.folder("Evaluation/clip")
        let encoder = try ImageEncoder(folder: clip)
        let whole = try CLIPModel(folder: clip)
        let pixels = Tensor.testValues([1, 24, 24, 3])
        #expect(
            encoder.model(pixels).imageEmbeds.values == whole.visionModel(pixels).imageEmbeds.values
        )
    }

    @Test func weightsAreToldByFileAndType() throws {
        let words = try ModelFolder(TinyBase.sd.folder).weightsInWords()
        #expect(words.contains("unet diffusion_pytorch_model.safetensors (F32)"))
        #expect(words.contains("image_encoder model.safetensors (F32)"))
    }

    /// What lies beside the weights that are read changes neither hash nor estimate.
    @Test func onlyTheWeightsThatAreReadCount() throws {
        let folder = try TinyBase.sd.copy()
        let url = URL(filePath: folder["base"])
        let plain = try BaseModel(folder: url, name: "sd")
        let hashes = try plain.modelHashes()
        let mapped = try BaseOutline(plain.folder).unetWeights.mapped
        for part in ["unet/diffusion_pytorch_model", "image_encoder/model"] {
            try FileManager.default.copyItem(
                at: url.appending(path: "\(part).safetensors"),
                to: url.appending(path: "\(part).fp16.safetensors")
            )
        }
        let again = try BaseModel(folder: url, name: "sd")
        #expect(try again.modelHashes() == hashes)
        #expect(try BaseOutline(again.folder).unetWeights.mapped == mapped)
    }
}
