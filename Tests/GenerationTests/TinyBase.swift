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
    func load() throws -> BaseModel { try BaseModel(folder: folder, name: rawValue) }

    /// The base with one tensor of its UNet or autoencoder changed.
    func load(
        replacing keys: [String],
        of part: ModelPart,
        with value: Float
    ) throws -> BaseModel {
        let base = try load()
        let partFolder = try base.folder.folder(of: part)
        let scope = ParameterScope.loading(from: try SafeTensorsWeights(folder: partFolder.path))
        let configuration = partFolder.appending(path: "config.json")
        var (unet, autoencoder) = (base.unet, base.autoencoder)
        if part == .unet {
            unet = try UNet2DConditionModel(
                scope,
                configuration: UNetConfiguration(file: configuration)
            )
        } else {
            autoencoder = try AutoencoderKL(
                scope,
                configuration: AutoencoderConfiguration(file: configuration)
            )
        }
        for key in keys {
            let parameter = try #require(scope.parameters.first { $0.name == key }, "no \(key)")
            let values = [Float](repeating: value, count: parameter.shape.elementCount)
            parameter.update(to: Tensor(values, shape: parameter.shape))
        }
        return try BaseModel(
            name: base.name,
            folder: base.folder,
            unet: unet,
            autoencoder: autoencoder,
            prompts: base.prompts,
            imageEncoder: base.imageEncoder
        )
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
