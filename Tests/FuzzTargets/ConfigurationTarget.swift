internal import CLIP
internal import DINOv2
internal import Foundation
internal import StableDiffusion
internal import TestSupport

/// A configuration beside a model's weights: one byte for what it is of, then its JSON.
package struct ConfigurationTarget: FuzzTarget {
    package static let name = "configuration"
    private let file: InputFile

    /// What there is, with its fixtures; the place in this list is the input's first byte.
    private static let parts: [(fixtures: [String], read: @Sendable (URL) throws -> Void)] = [
        (["UNet/sd/config.json", "UNet/sdxl/config.json", "UNet/stable-diffusion-xl.json"], unet),
        (["Generation/sd/scheduler/scheduler_config.json"], scheduler),
        (
            ["Autoencoder/two-blocks/config.json", "Autoencoder/historic-names/config.json"],
            autoencoder
        ),
        (
            ["CLIP/joint/config.json", "CLIP/text-legacy/config.json"],
            { _ = try CLIPTextConfiguration(file: $0) }
        ),
        (
            ["CLIP/joint/config.json", "CLIP/vision/config.json"],
            { _ = try CLIPVisionConfiguration(file: $0) }
        ),
        (
            ["DINOv2/plain/config.json", "DINOv2/gated/config.json"],
            { _ = try DINOv2Configuration(file: $0) }
        ),
        (
            ["Generation/sd/model_index.json", "Generation/sdxl/model_index.json"],
            { _ = try ModelIndex(file: $0) }
        ),
    ]

    package init() throws { file = try InputFile() }

    package func run(_ input: [UInt8]) throws {
        guard let first = input.first else { return }
        let path = try file.write(input.dropFirst())
        try Self.parts[Int(first) % Self.parts.count].read(URL(filePath: path))
    }

    package func seeds() throws -> [[UInt8]] {
        try Self.parts.enumerated().flatMap { index, part in
            try part.fixtures.map { [UInt8(index)] + (try Fixtures.bytes($0)) }
        }
    }

    private static func unet(_ file: URL) throws {
        let configuration = try UNetConfiguration(file: file)
        precondition(configuration.reductionFactor > 0)
    }

    private static func scheduler(_ file: URL) throws {
        let configuration = try SchedulerConfiguration(file: file)
        _ = configuration.noiseSchedule
        for kind in SamplerKind.allCases { _ = try kind.sampler(configuration, stepCount: 3) }
    }

    private static func autoencoder(_ file: URL) throws {
        let configuration = try AutoencoderConfiguration(file: file)
        precondition(configuration.ownTileSide > 0)
    }
}
