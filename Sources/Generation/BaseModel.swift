package import CLIP
package import CustomContrast
package import Foundation
package import Imaging
internal import Layers
package import ModelFiles
package import StableDiffusion
package import Tensors

/// A base model in memory: everything a prompt passes through on its way to a picture.
package final class BaseModel {
    /// What the user calls it.
    package let name: String
    package let folder: ModelFolder
    package let unet: UNet2DConditionModel
    package let autoencoder: AutoencoderKL
    package let prompts: PromptEncoder
    package let scheduler: SchedulerConfiguration
    /// Numbers that matrix products take, but for those of the autoencoder.
    package let precision: ProductPrecision
    /// What reads reference pictures; `nil` if the folder has none.
    package let imageEncoder: ImageEncoder?
    /// The hashes of the parts whose files have been asked for, as they were then.
    var knownHashes: [ModelPart: String] = [:]
    /// What knows the hashes of files that have been read before; they are gigabytes.
    let digests: FileDigests

    /// Loads a folder in the diffusers layout; every weight is checked and used.
    package convenience init(
        folder url: URL,
        name: String,
        precision: ProductPrecision = .float32
    ) throws {
        try self.init(ModelFolder(url), name: name, precision: precision)
    }

    /// Loads an opened model; every weight is checked and used.
    ///
    /// - Parameters:
    ///   - precision: Numbers that matrix products take. The autoencoder computes in float32 always.
    ///   - digests: Hashes of files that others have read already.
    package init(
        _ folder: ModelFolder,
        name: String,
        precision: ProductPrecision = .float32,
        digests: FileDigests = FileDigests()
    ) throws {
        self.name = name
        self.folder = folder
        self.digests = digests
        scheduler = try folder.schedulerConfiguration()
        self.precision = precision
        unet = try folder.loadUNet(precision: precision)
        autoencoder = try folder.loadAutoencoder()
        prompts = try PromptEncoder(folder: folder, precision: precision)
        imageEncoder =
            folder.contains(.imageEncoder)
            ? try ImageEncoder(
                folder: folder.folder(of: .imageEncoder),
                featureExtractor: folder.featureExtractor,
                precision: precision
            )
            : nil
        try requireFit()
    }

    /// Creates a base from parts, one of them perhaps in training.
    package init(
        name: String,
        folder: ModelFolder,
        unet: UNet2DConditionModel,
        autoencoder: AutoencoderKL,
        prompts: PromptEncoder,
        imageEncoder: ImageEncoder?
    ) throws {
        self.name = name
        self.folder = folder
        self.unet = unet
        self.autoencoder = autoencoder
        self.prompts = prompts
        self.imageEncoder = imageEncoder
        precision = .float32
        digests = FileDigests()
        scheduler = try folder.schedulerConfiguration()
    }

    /// The side of the pictures the base was trained on, in pixels.
    package var pictureSide: Int {
        (unet.configuration.sampleSize ?? 64) * autoencoder.configuration.reductionFactor
    }

    /// What reads reference pictures.
    package func requireImageEncoder() throws(GenerationError) -> ImageEncoder {
        guard let imageEncoder else { throw .noImageEncoder(base: name) }
        return imageEncoder
    }

    /// What guidance leads away from: the negative prompt, or, where there is none, SDXL's zeros or the empty
    /// text of other bases.
    func unconditionalText(_ negativePrompt: String?) -> PromptEmbedding {
        let embedding = prompts.encode([prompts.prompt(negativePrompt ?? "")])
        let isZeroed =
            negativePrompt == nil && folder.family == .stableDiffusionXL
            && folder.index.zerosMissingNegativePrompt
        return isZeroed ? embedding.zeroed : embedding
    }

    /// The picture that latents `[1, h, w, 4]` stand for.
    ///
    /// - Parameters:
    ///   - seed: The seed, for errors.
    ///   - tileSide: The sides in latents of the tiles in which it is decoded; `nil` to decode it at once.
    ///   - constantPicture: Called for a picture that has one colour all over; may throw.
    /// - Throws: `GenerationError` if it has numbers that are not finite.
    package func picture(
        of latents: Tensor,
        seed: Int,
        tileSide: Int? = nil,
        constantPicture: (GenerationError) throws -> Void = { throw $0 }
    ) throws -> RGBImage {
        TensorMemory.releaseIdle()
        defer { finish(.autoencoder) }
        let scaled = latents / autoencoder.configuration.scalingFactor
        func decode() -> Tensor {
            tileSide.map { autoencoder.decode(scaled, tileSide: $0) } ?? autoencoder.decode(scaled)
        }
        let pixels = decode()
        guard pixels.isFinite else {
            let (_, layer) = FiniteWatch.watching(decode)
            throw GenerationError.nonFinite(stage: "the autoencoder", layer: layer)
        }
        let image = try pixels.images()[0]
        let first = image.pixels.prefix(3)
        let isConstant = stride(from: 0, to: image.pixels.count, by: 3).allSatisfy {
            image.pixels[$0..<$0 + 3].elementsEqual(first)
        }
        if isConstant { try constantPicture(.constantPicture(seed: seed)) }
        return image
    }
}
