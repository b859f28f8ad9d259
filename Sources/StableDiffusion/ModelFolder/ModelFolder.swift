package import Foundation
internal import Layers

/// A model in the diffusers layout: `model_index.json`, and a folder for each part.
package struct ModelFolder: Sendable, Equatable {
    package let url: URL
    package let family: ModelFamily
    package let index: ModelIndex

    /// Opens a folder and checks that every part it lists is of a class that is supported, and there.
    package init(_ url: URL) throws {
        self.url = url
        index = try ModelIndex(file: url.appendingPathComponent("model_index.json"))
        guard let family = ModelFamily(rawValue: index.className) else {
            throw ModelFileError.unsupported(
                option: "_class_name",
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

    /// Whether the model has a part.
    package func contains(_ part: ModelPart) -> Bool { index.parts[part.rawValue] != nil }

    /// Where a part lies; throws if the model does not have it.
    package func folder(of part: ModelPart) throws -> URL {
        let folder = url.appendingPathComponent(part.rawValue)
        guard contains(part), FileManager.default.fileExists(atPath: folder.path) else {
            throw ModelFileError.missing(folder)
        }
        return folder
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
            option: "\(part.rawValue) in model_index.json",
            value: found,
            supported: supported.sorted().joined(separator: " or ")
        )
    }
}
