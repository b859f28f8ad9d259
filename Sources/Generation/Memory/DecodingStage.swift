internal import Requests
internal import StableDiffusion

/// What decoding a picture takes, and into which tiles it is divided so that it fits.
struct DecodingStage {
    /// Sides that are tried, in latents; smaller tiles would look different from each other.
    private static let (smallestTile, tileStep) = (32, 16)

    let autoencoder: AutoencoderConfiguration
    /// The picture's, in pixels.
    let size: (height: Int, width: Int)
    /// What takes memory beside the activations.
    let kept: [(name: String, bytes: Int)]

    /// The stage with tiles of a size.
    func stage(tileSide: Int?) -> MemoryNeed.Stage {
        let work = ActivationMemory.decoder(autoencoder, size: size, tileSide: tileSide)
        return MemoryNeed.Stage(
            name: tileSide == nil ? "decoding" : "decoding in tiles",
            parts: kept + [("activations", MemoryNeed.withIdle(work))]
        )
    }

    /// The sides of the tiles in latents; `nil` to decode at once.
    func tileSide(_ tiling: AutoencoderTiling, available: Int) -> Int? {
        let longerSide = max(size.height, size.width) / autoencoder.reductionFactor
        switch tiling {
        case .never: return nil
        case .always: return longerSide > autoencoder.ownTileSide ? autoencoder.ownTileSide : nil
        case .auto:
            guard stage(tileSide: nil).bytes > available else { return nil }
            let step = DecodingStage.tileStep
            let sides = stride(
                from: (longerSide - 1) / step * step,
                through: DecodingStage.smallestTile,
                by: -step
            )
            return sides.first { stage(tileSide: $0).bytes <= available }
                ?? (longerSide > DecodingStage.smallestTile ? DecodingStage.smallestTile : nil)
        }
    }
}
