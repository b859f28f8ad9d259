package import Foundation
internal import Layers

/// What the `config.json` of an `AutoencoderKL` says.
package struct AutoencoderConfiguration: Sendable, Equatable {
    /// Channels of the pictures read and written.
    package var inputChannels: Int
    package var outputChannels: Int
    /// Channels of the latents.
    package var latentChannels: Int
    /// Channels of each block from the picture inwards; every block but the last halves the sides.
    package var blockChannels: [Int]
    /// Residual blocks of an encoder block; decoder blocks have one more.
    package var layersPerBlock: Int
    /// Groups of the normalisations.
    package var groupCount: Int
    /// Whether the middle has self-attention.
    package var hasMidBlockAttention: Bool
    /// Whether a 1×1 convolution follows the encoder, and one precedes the decoder.
    package var hasQuantConvolution: Bool
    package var hasPostQuantConvolution: Bool
    /// What sampled latents are multiplied by to get a standard deviation near 1.
    package var scalingFactor: Float
    /// Whether the weights overflow in 16-bit floats; this program computes in 32 anyway.
    package var forcesUpcast: Bool
    /// The sides of the pictures it was trained on, in pixels, if the file tells.
    package var sampleSize: Int?

    /// How many pixels wide and high the square is that a latent stands for.
    package var reductionFactor: Int { 1 << (blockChannels.count - 1) }

    /// The sides of tiles in latents that stand for pictures of the size it was trained on.
    ///
    /// Matches diffusers `AutoencoderKL.tile_latent_min_size`, down to a multiple of
    /// `AutoencoderKL.tileGranule`; 512 pixels where the file does not tell.
    package var ownTileSide: Int {
        let granule = AutoencoderKL.tileGranule
        return max(granule, (sampleSize ?? 512) / reductionFactor / granule * granule)
    }

    /// Channels of the last block and the middle.
    var innermostChannels: Int { blockChannels[blockChannels.count - 1] }

    /// The autoencoder of Stable Diffusion 1, or another one of its kind.
    package init(
        blockChannels: [Int] = [128, 256, 512, 512],
        layersPerBlock: Int = 2,
        latentChannels: Int = 4,
        groupCount: Int = 32,
        scalingFactor: Float = 0.18215
    ) {
        inputChannels = 3
        outputChannels = 3
        self.latentChannels = latentChannels
        self.blockChannels = blockChannels
        self.layersPerBlock = layersPerBlock
        self.groupCount = groupCount
        hasMidBlockAttention = true
        hasQuantConvolution = true
        hasPostQuantConvolution = true
        self.scalingFactor = scalingFactor
        forcesUpcast = false
    }

    /// Reads a `config.json`.
    package init(file: URL) throws {
        self = try ModelFile.decode(Self.self, from: file)
    }
}
