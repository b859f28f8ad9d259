package import FoundationEssentials
internal import Layers

/// What a diffusers `unet/config.json` says about a denoiser's architecture.
///
/// Matches the options of diffusers `UNet2DConditionModel`; those that Stable Diffusion 1, 2 and SDXL do
/// not use are refused when a file sets them (`UNetConfiguration+Decodable.swift`).
package struct UNetConfiguration: Sendable, Equatable {
    /// One resolution of the encoder and of the decoder, outermost (largest pictures) first.
    package struct Level: Sendable, Equatable {
        /// The channels of the level's blocks.
        package var channels: Int
        /// The resnets of the encoder's block; the decoder's has one more.
        package var layerCount: Int
        /// The heads of the level's attention. In the files they are called `attention_head_dim`.
        package var headCount: Int
        /// The transformer blocks after each resnet of the encoder; `nil` where there is no attention.
        package var encoderTransformerDepth: Int?
        /// The transformer blocks after each resnet of the decoder; `nil` where there is no attention.
        package var decoderTransformerDepth: Int?

        package init(
            channels: Int,
            layerCount: Int,
            headCount: Int,
            encoderTransformerDepth: Int?,
            decoderTransformerDepth: Int?
        ) {
            self.channels = channels
            self.layerCount = layerCount
            self.headCount = headCount
            self.encoderTransformerDepth = encoderTransformerDepth
            self.decoderTransformerDepth = decoderTransformerDepth
        }
    }

    /// The sizes of SDXL's added conditioning, `addition_embed_type = "text_time"`.
    package struct AddedConditioning: Sendable, Equatable {
        /// The sinusoids' size for each of the time ids.
        package var timeEmbeddingSize: Int
        /// The size of the pooled text embedding and all sinusoids together.
        package var inputSize: Int

        package init(timeEmbeddingSize: Int, inputSize: Int) {
            self.timeEmbeddingSize = timeEmbeddingSize
            self.inputSize = inputSize
        }
    }

    /// The side of the latents the model was trained on, in latent pixels; `nil` if the file is silent.
    package var sampleSize: Int?
    /// The latents' channels.
    package var inputChannels: Int
    /// The prediction's channels.
    package var outputChannels: Int
    /// The levels, outermost first.
    package var levels: [Level]
    /// The transformer blocks in the middle.
    package var middleTransformerDepth: Int
    /// The size of the text's embeddings.
    package var crossAttentionSize: Int
    /// Whether the transformers' projections are stored as linear layers rather than 1×1 convolutions.
    package var usesLinearProjection: Bool
    /// The groups of every normalisation.
    package var groupCount: Int
    /// ε of the normalisations outside the transformers.
    package var epsilon: Float
    /// Whether a timestep's embedding starts with the cosines.
    package var flipsSineToCosine: Bool
    /// What is subtracted from the number of frequencies in the exponent's denominator.
    package var frequencyShift: Float
    /// The size of the embedded timestep.
    package var timeEmbeddingSize: Int
    /// SDXL's additional input; `nil` for none.
    package var addedConditioning: AddedConditioning?

    /// Creates a configuration with the usual options.
    ///
    /// - Parameters:
    ///   - levels: The levels, outermost first; at least one.
    ///   - middleTransformerDepth: The transformer blocks in the middle.
    ///   - crossAttentionSize: The size of the text's embeddings.
    ///   - groupCount: The groups of every normalisation; it divides all channels.
    package init(
        levels: [Level],
        middleTransformerDepth: Int,
        crossAttentionSize: Int,
        groupCount: Int
    ) {
        precondition(!levels.isEmpty, "a UNet needs a level")
        self.levels = levels
        self.middleTransformerDepth = middleTransformerDepth
        self.crossAttentionSize = crossAttentionSize
        self.groupCount = groupCount
        sampleSize = nil
        inputChannels = 4
        outputChannels = 4
        usesLinearProjection = false
        epsilon = 1e-5
        flipsSineToCosine = true
        frequencyShift = 0
        timeEmbeddingSize = 4 * levels[0].channels
        addedConditioning = nil
    }

    /// How many times smaller the innermost level's sides are: what the latents' sides are multiples of.
    package var reductionFactor: Int { 1 << (levels.count - 1) }

    /// Reads a `config.json`.
    package init(file: URL) throws {
        self = try ModelFile.decode(Self.self, from: file)
    }
}

extension UNetConfiguration {
    /// Stable Diffusion 1.5.
    package static let stableDiffusion15 = {
        let channels = [320, 640, 1280, 1280]
        var configuration = UNetConfiguration(
            levels: channels.enumerated().map { index, channels in
                let depth = index < 3 ? 1 : nil
                return Level(
                    channels: channels,
                    layerCount: 2,
                    headCount: 8,
                    encoderTransformerDepth: depth,
                    decoderTransformerDepth: depth
                )
            },
            middleTransformerDepth: 1,
            crossAttentionSize: 768,
            groupCount: 32
        )
        configuration.sampleSize = 64
        return configuration
    }()

    /// Stable Diffusion XL base 1.0.
    package static let stableDiffusionXL = {
        let depths = [nil, 2, 10]
        var configuration = UNetConfiguration(
            levels: zip([320, 640, 1280], depths).map { channels, depth in
                Level(
                    channels: channels,
                    layerCount: 2,
                    headCount: channels / 64,
                    encoderTransformerDepth: depth,
                    decoderTransformerDepth: depth
                )
            },
            middleTransformerDepth: 10,
            crossAttentionSize: 2048,
            groupCount: 32
        )
        configuration.sampleSize = 128
        configuration.usesLinearProjection = true
        configuration.addedConditioning = AddedConditioning(timeEmbeddingSize: 256, inputSize: 2816)
        return configuration
    }()
}
