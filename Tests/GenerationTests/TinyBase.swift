import CLIP
import CustomContrast
import Foundation
import Imaging
import Layers
import Requests
import StableDiffusion
import Tensors
import TestSupport
import Testing

@testable import Generation

/// The small bases of the generation fixture, and what a job on them needs.
enum TinyBase: String, CaseIterable {
    case sd, sdxl

    /// The base's folder.
    var folder: URL { Fixtures.folder("Generation/\(rawValue)") }

    /// The base as a worker loads it.
    func load(precision: ProductPrecision = .float32) throws -> BaseModel {
        try BaseModel(folder: folder, name: rawValue, precision: precision)
    }

    /// A copy of the base's folder, `base` in the one that is returned.
    func copy() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try FileManager.default.copyItem(at: self.folder, to: URL(filePath: folder["base"]))
        return folder
    }

    /// A copy of the base's folder with tensors of a part changed throughout.
    func copy(
        replacing keys: [String],
        of part: ModelPart,
        with value: Float
    ) throws -> TemporaryFolder {
        let folder = try copy()
        let files = URL(filePath: folder["base"]).appending(path: part.rawValue)
        let names = try FileManager.default.contentsOfDirectory(atPath: files.path)
        let name = try #require(names.first { $0.hasSuffix(".safetensors") })
        for key in keys {
            try DamagedWeights.fill(key, of: files.appending(path: name), with: value)
        }
        return folder
    }

    /// An IP-Adapter of the fixture.
    func ipAdapter(
        _ name: String = "ip-adapter-plus",
        for base: BaseModel
    ) throws -> SubjectAdapter {
        let path = Fixtures.folder("Generation/\(rawValue)-\(name).safetensors").path
        return try base.adapter(AdapterFile(path: path))
    }

    /// A fresh adapter of our own.
    static func adapter(for base: BaseModel) throws -> SubjectAdapter {
        let imageEncoder = try base.requireImageEncoder().model.configuration
        return try SubjectAdapter(
            fresh: .customContrast(
                CustomContrastConfiguration(
                    layers: base.unet.crossAttentionLayers,
                    textWidths: base.prompts.stages.map(\.model.configuration.width),
                    imageWidth: imageEncoder.width,
                    imageLayerCount: imageEncoder.layerCount,
                    visualTokenCount: 3,
                    depth: 2,
                    spatiotemporal: SpatiotemporalSettings(frequencyCount: 16),
                    switches: .full
                )
            ),
            unet: base.unet,
            seed: 11
        )
    }

    /// The picture the reference pipelines were shown.
    static func reference() throws -> RGBImage {
        let file = Fixtures.folder("Generation/reference.png")
        return try ImageDecoder().decode(contentsOf: file.path).image
    }

    /// A subject in that picture.
    static func subject(_ className: String, scale: Float = 1) throws -> SubjectPictures {
        SubjectPictures(className: className, images: [try reference()], scale: scale)
    }
}
