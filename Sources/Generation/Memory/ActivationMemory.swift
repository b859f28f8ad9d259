internal import CLIP
internal import DINOv2
internal import StableDiffusion
internal import Tensors

/// How much memory what a model computes takes, beside its weights; told from its configuration.
///
/// The factors count tensors that live at the same time in the widest place of a model, as large as its
/// feature map; they were checked against measured jobs (docs/NUMERICS.md).
enum ActivationMemory {
    /// A float32 value's bytes.
    private static let valueSize = MemoryLayout<Float>.stride

    /// A pass of a UNet without gradients: the skips, and the feed-forward of the widest level.
    static func unet(
        _ configuration: UNetConfiguration,
        samples: Int,
        size: (height: Int, width: Int)
    ) -> Int {
        let levels = configuration.levels.enumerated().map { index, level in
            (
                map: samples * (size.height >> index) * (size.width >> index) * level.channels,
                layers: level.layerCount
            )
        }
        let skips = levels.reduce(0) { $0 + $1.map * ($1.layers + 1) }
        // Input, norm, 8c gated in two halves, their activation and product; a resnet after a skip has less.
        let widest = levels.map(\.map).max() ?? 0
        return valueSize * (skips + 26 * widest)
    }

    /// What a training keeps of a UNet's pass for its gradients.
    ///
    /// - Parameter checkpoints: Whether blocks keep their inputs only and run again.
    static func unetTape(
        _ configuration: UNetConfiguration,
        samples: Int,
        size: (height: Int, width: Int),
        checkpoints: Bool
    ) -> Int {
        var (kept, work) = (0, 0)
        for (index, level) in configuration.levels.enumerated() {
            let map = samples * (size.height >> index) * (size.width >> index) * level.channels
            // The encoder's layers and the decoder's, which has one more and twice the channels in front.
            let resnets = 2 * level.layerCount + 1
            let transformers =
                level.layerCount * (level.encoderTransformerDepth ?? 0)
                + (level.layerCount + 1) * (level.decoderTransformerDepth ?? 0)
            let (resnet, transformer) = (10, 40)
            kept +=
                checkpoints
                ? map * (4 * resnets + 2 * transformers)
                : map * (resnet * resnets + transformer * transformers)
            // A block that runs again keeps all of its own, and their gradients come beside it.
            let block = transformers > 0 ? transformer : resnet
            work = max(work, map * (checkpoints ? 2 * block : 12))
        }
        return valueSize * (kept + work)
    }

    /// The autoencoder's decoder: three maps of the level with the most values.
    ///
    /// - Parameters:
    ///   - size: The picture's, in pixels.
    ///   - tileSide: The sides of the tiles in latents; `nil` to decode at once.
    static func decoder(
        _ configuration: AutoencoderConfiguration,
        size: (height: Int, width: Int),
        tileSide: Int? = nil
    ) -> Int {
        if let tileSide {
            let side = tileSide * configuration.reductionFactor
            let tile = (height: min(size.height, side), width: min(size.width, side))
            // Tiles with their overlaps, and the picture they make.
            let pixels = 4 * size.height * size.width * configuration.outputChannels
            return decoder(configuration, size: tile) + valueSize * pixels
        }
        let channels = configuration.blockChannels
        let maps = channels.indices.map { index in
            (size.height >> index) * (size.width >> index)
                * max(channels[index], channels[min(index + 1, channels.count - 1)])
        }
        return valueSize * 3 * (maps.max() ?? 0)
    }

    /// The autoencoder's encoder, of pictures of a size in pixels.
    static func encoder(
        _ configuration: AutoencoderConfiguration,
        samples: Int,
        size: (height: Int, width: Int)
    ) -> Int {
        let maps = configuration.blockChannels.enumerated().map { index, channels in
            (size.height >> index) * (size.width >> index) * channels
        }
        return valueSize * 4 * samples * (maps.max() ?? 0)
    }

    /// What a training of the autoencoder keeps of encoder and decoder for its gradients.
    static func autoencoderTape(
        _ configuration: AutoencoderConfiguration,
        samples: Int,
        size: (height: Int, width: Int)
    ) -> Int {
        let maps = configuration.blockChannels.enumerated().map { index, channels in
            samples * (size.height >> index) * (size.width >> index) * channels
        }
        // Encoder and decoder, which has one more; a resnet keeps the inputs of its layers and its sum.
        let resnets = 2 * configuration.layersPerBlock + 1
        let kept = maps.reduce(0) { $0 + $1 * (9 * resnets + 4) }
        return valueSize * (kept + 6 * (maps.max() ?? 0))
    }

    /// What a training of a CLIP image encoder keeps for its gradients.
    static func imageEncoderTape(_ configuration: CLIPVisionConfiguration, images: Int) -> Int {
        let side = configuration.imageSize / max(1, configuration.patchSize)
        let tokens = images * (side * side + 1)
        return valueSize * tokens * configuration.width * 24 * (configuration.layerCount + 1)
    }

    /// A CLIP image encoder with all its hidden states.
    static func imageEncoder(_ configuration: CLIPVisionConfiguration, images: Int) -> Int {
        let side = configuration.imageSize / max(1, configuration.patchSize)
        let states = configuration.layerCount + 1
        return valueSize * images * (side * side + 1) * configuration.width * (states + 24)
    }

    /// A DINOv2 image encoder, for pictures of the size published models are asked with.
    static func dinoEncoder(_ configuration: DINOv2Configuration, images: Int) -> Int {
        let side = 224 / max(1, configuration.patchSize) + 1
        return valueSize * images * (side * side + 1) * configuration.width * 24
    }

    /// Passes of a text encoder, and what its gradients need.
    ///
    /// - Parameter checkpoints: Whether layers keep their inputs only and run again.
    static func textEncoder(
        width: Int,
        layers: Int,
        length: Int = MemoryNeed.textLength,
        passes: Int,
        trains: Bool,
        checkpoints: Bool = false
    ) -> Int {
        let kept = !trains ? 24 : checkpoints ? 2 * layers + 48 : 24 * layers
        return valueSize * passes * length * width * kept
    }
}
