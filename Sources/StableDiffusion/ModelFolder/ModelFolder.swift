package import Foundation
package import Layers

/// A model in the diffusers layout: `model_index.json`, and a folder for each part. Its weights may lie in
/// one file of the original layout instead.
package struct ModelFolder {
    package let url: URL
    /// The file with the weights; `nil` if every part's folder has its own.
    package let checkpoint: OriginalCheckpoint?
    package let family: ModelFamily
    package let index: ModelIndex
    /// The folder of an image encoder from elsewhere; `nil` for the model's own, if it has one.
    private var otherImageEncoder: URL?

    /// Opens a folder and checks that every part it lists is of a class that is supported, and there.
    package init(_ url: URL) throws { try self.init(url, checkpoint: nil) }

    /// Opens a model whose weights are one file of the original layout.
    ///
    /// - Parameters:
    ///   - checkpoint: The file.
    ///   - url: A folder in the diffusers layout with its configurations and vocabularies, of the same
    ///     kind of model; weights in it are not read. `nil` for the folder beside the file that has the
    ///     file's name without `.safetensors`.
    package init(checkpoint: URL, configuredBy url: URL? = nil) throws {
        let opened = try OriginalCheckpoint(checkpoint)
        let folder = url ?? checkpoint.deletingPathExtension()
        let index = folder.appendingPathComponent("model_index.json")
        guard FileManager.default.fileExists(atPath: index.path) else {
            throw ModelFileError.noConfiguration(checkpoint: checkpoint, folder: folder)
        }
        try self.init(folder, checkpoint: opened)
        guard family == opened.family else {
            throw ModelFileError.unreadable(
                checkpoint,
                reason:
                    "it is a model of \(opened.family.title), but \(folder.path) describes one of "
                    + "\(family.title); name a folder of the same kind"
            )
        }
    }

    private init(_ url: URL, checkpoint: OriginalCheckpoint?) throws {
        self.url = url
        self.checkpoint = checkpoint
        index = try ModelIndex(file: url.appendingPathComponent("model_index.json"))
        guard let family = ModelFamily(rawValue: index.className) else {
            throw ModelFileError.unsupported(
                option: "_class_name in \(url.path)/model_index.json",
                value: index.className,
                supported: ModelFamily.allCases.map(\.rawValue).joined(separator: " or ")
            )
        }
        self.family = family
        for part in ModelPart.allCases where contains(part) { try check(part) }
        var required: [ModelPart] = [.unet, .autoencoder, .textEncoder, .tokenizer, .scheduler]
        if family == .stableDiffusionXL { required += [.secondTextEncoder, .secondTokenizer] }
        for part in required { _ = try folder(of: part) }
    }

    /// The model with an image encoder from elsewhere in place of its own.
    ///
    /// - Parameter url: The encoder's folder, or one with `image_encoder` in it.
    package func with(imageEncoder url: URL) throws -> ModelFolder {
        let places = [url, url.appending(path: ModelPart.imageEncoder.rawValue)]
        guard let place = places.first(where: ModelFolder.hasConfiguration) else {
            throw ModelFileError.unreadable(
                url,
                reason:
                    "it has neither config.json nor image_encoder/config.json; name the folder of a "
                    + "CLIP image encoder"
            )
        }
        var folder = self
        folder.otherImageEncoder = place
        return folder
    }

    /// Whether the model has a part. Published pipelines do not list the image encoder that was put beside
    /// their parts, so its folder counts without that.
    package func contains(_ part: ModelPart) -> Bool {
        index.parts[part.rawValue] != nil
            || part == .imageEncoder
                && (otherImageEncoder != nil
                    || ModelFolder.hasConfiguration(url.appending(path: part.rawValue)))
    }

    private static func hasConfiguration(_ folder: URL) -> Bool {
        FileManager.default.fileExists(atPath: folder.appending(path: "config.json").path)
    }

    /// Where a part lies; throws if the model does not have it.
    package func folder(of part: ModelPart) throws -> URL {
        if part == .imageEncoder, let otherImageEncoder { return otherImageEncoder }
        let folder = url.appendingPathComponent(part.rawValue)
        guard contains(part), FileManager.default.fileExists(atPath: folder.path) else {
            throw ModelFileError.missing(folder)
        }
        return folder
    }

    /// What says how pictures are prepared where the image encoder's folder does not; it need not exist.
    package var featureExtractor: URL {
        url.appending(path: "feature_extractor/preprocessor_config.json")
    }

    /// The files that a part's weights are read from, sorted.
    package func weightFiles(of part: ModelPart) throws -> [URL] {
        if let checkpoint, checkpoint.contains(part) { return [checkpoint.url] }
        return try SafeTensorsWeights.files(inFolder: folder(of: part).path)
            .map { URL(filePath: $0) }
    }

    /// Which files the weights of all parts are read from, and the element types in them, in words.
    package func weightsInWords() throws -> String {
        let parts: [ModelPart] = [
            .unet, .autoencoder, .textEncoder, .secondTextEncoder, .imageEncoder,
        ]
        let words = try parts.filter { contains($0) && checkpoint?.contains($0) != true }
            .map { part in
                let weights = try SafeTensorsWeights(folder: folder(of: part).path)
                let name = weights.origin.split(separator: "/").last ?? ""
                return "\(part.rawValue) \(name) (\(weights.dataTypes.joined(separator: ", ")))"
            }
        let whole = checkpoint.map {
            ["\($0.url.lastPathComponent) (\($0.dataTypes.joined(separator: ", ")))"]
        }
        return ((whole ?? []) + words).joined(separator: ", ")
    }

    /// The denoiser's weights.
    package func weights(of configuration: UNetConfiguration) throws -> any WeightSource {
        try checkpoint?.weights(of: configuration)
            ?? SafeTensorsWeights(folder: folder(of: .unet).path)
    }

    /// The autoencoder's weights.
    package func weights(of configuration: AutoencoderConfiguration) throws -> any WeightSource {
        try checkpoint?.weights(of: configuration)
            ?? SafeTensorsWeights(folder: folder(of: .autoencoder).path)
    }

    /// A text encoder's weights.
    package func textEncoderWeights(
        of part: ModelPart,
        layerCount: Int
    ) throws -> any WeightSource {
        try checkpoint?.textEncoderWeights(of: part, layerCount: layerCount)
            ?? SafeTensorsWeights(folder: folder(of: part).path)
    }

    /// How the model was trained and is sampled from.
    ///
    /// Latents are not confined to −1…1, so they are not clipped where the file does not say so, and for
    /// Stable Diffusion 1 never: diffusers' pipeline overrules what its early files say about that and
    /// about the offset of timesteps.
    package func schedulerConfiguration() throws -> SchedulerConfiguration {
        var configuration = try SchedulerConfiguration(
            file: folder(of: .scheduler).appendingPathComponent("scheduler_config.json")
        )
        switch family {
        case .stableDiffusion:
            configuration.clipsSample = false
            configuration.stepsOffset = 1
        case .stableDiffusionXL:
            configuration.clipsSample = configuration.clipsSample ?? false
        }
        return configuration
    }

    private func check(_ part: ModelPart) throws {
        guard let found = index.parts[part.rawValue], let supported = part.classNames,
            !supported.contains(found)
        else { return }
        throw ModelFileError.unsupported(
            option: "\(part.rawValue) in \(url.path)/model_index.json",
            value: found,
            supported: supported.sorted().joined(separator: " or ")
        )
    }
}
