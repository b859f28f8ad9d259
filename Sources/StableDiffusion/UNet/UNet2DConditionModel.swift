package import Layers
package import Tensors

/// The denoiser of Stable Diffusion: predicts, from noisy latents, a timestep and a text, the noise (or
/// what else it was trained to predict).
///
/// Matches diffusers `UNet2DConditionModel` (Rombach et al., arXiv 2112.10752; Podell et al.,
/// arXiv 2307.01952). Latents are `[N, H, W, C]`.
package struct UNet2DConditionModel {
    /// The architecture.
    package let configuration: UNetConfiguration
    /// All cross-attention layers, in the order in which they run.
    package let crossAttentionLayers: [CrossAttentionLayer]
    /// All parameters, in the order of their creation.
    package let parameters: [Parameter]
    /// Whether a training pass keeps only the inputs of resnets and transformer blocks, and computes the
    /// rest again for the gradients: less memory, one more forward pass.
    package var checkpointsActivations = false

    let timeProjection: SinusoidalEmbedding
    let timeEmbedding: TimestepEmbedding
    let addedEmbedding: AddedEmbedding?
    let convIn: Conv2d
    let downBlocks: [DownBlock]
    let midBlock: MidBlock
    let upBlocks: [UpBlock]
    let convNormOut: GroupNorm
    let convOut: Conv2d

    /// Reads or initialises the model.
    package init(_ scope: ParameterScope, configuration: UNetConfiguration) throws {
        self.configuration = configuration
        let earlierCount = scope.parameters.count
        let levels = configuration.levels
        let outer = levels[0].channels
        var registry = CrossAttentionRegistry()
        timeProjection = SinusoidalEmbedding(
            size: outer,
            flipsSineToCosine: configuration.flipsSineToCosine,
            frequencyShift: configuration.frequencyShift
        )
        timeEmbedding = try TimestepEmbedding(
            scope["time_embedding"],
            from: outer,
            to: configuration.timeEmbeddingSize
        )
        addedEmbedding = try configuration.addedConditioning.map {
            try AddedEmbedding(scope["add_embedding"], sizes: $0, configuration: configuration)
        }
        convIn = try Conv2d(
            scope["conv_in"],
            from: configuration.inputChannels,
            to: outer,
            kernel: 3,
            padding: 1
        )

        // The channels of the skips in the order in which the encoder makes them.
        var skips = [outer]
        var channels = outer
        var downBlocks: [DownBlock] = []
        for (index, level) in levels.enumerated() {
            let isLast = index == levels.count - 1
            downBlocks.append(
                try DownBlock(
                    scope["down_blocks"][index],
                    from: channels,
                    level: level,
                    isLast: isLast,
                    configuration: configuration,
                    registry: &registry
                )
            )
            channels = level.channels
            skips += [Int](repeating: channels, count: level.layerCount + (isLast ? 0 : 1))
        }
        self.downBlocks = downBlocks
        midBlock = try MidBlock(
            scope["mid_block"],
            level: levels[levels.count - 1],
            configuration: configuration,
            registry: &registry
        )
        var upBlocks: [UpBlock] = []
        for (index, level) in levels.reversed().enumerated() {
            let skipChannels = Array(skips.suffix(level.layerCount + 1).reversed())
            skips.removeLast(level.layerCount + 1)
            upBlocks.append(
                try UpBlock(
                    scope["up_blocks"][index],
                    from: channels,
                    skipChannels: skipChannels,
                    level: level,
                    isLast: index == levels.count - 1,
                    configuration: configuration,
                    registry: &registry
                )
            )
            channels = level.channels
        }
        self.upBlocks = upBlocks
        convNormOut = try GroupNorm(
            scope["conv_norm_out"],
            groups: configuration.groupCount,
            channels: outer,
            epsilon: configuration.epsilon
        )
        convOut = try Conv2d(
            scope["conv_out"],
            from: outer,
            to: configuration.outputChannels,
            kernel: 3,
            padding: 1
        )
        crossAttentionLayers = registry.numbered
        parameters = scope.parameters(after: earlierCount)
    }

    /// Predicts the noise.
    ///
    /// - Parameters:
    ///   - latents: `[N, H, W, C]`, noisy and scaled as the sampler demands.
    ///   - timesteps: One for each sample, or one for all.
    ///   - context: What the cross-attention layers attend to.
    ///   - added: SDXL's additional input; `nil` exactly if the configuration has none.
    /// - Returns: `[N, H, W, C]`.
    package func callAsFunction(
        _ latents: Tensor,
        timesteps: [Float],
        context: CrossAttentionContext,
        added: AddedConditioning? = nil
    ) -> Tensor {
        context.check(layerCount: crossAttentionLayers.count)
        let pass = UNetPass(
            timeEmbedding: silu(
                embedding(timesteps: timesteps, added: added, count: latents.shape[0])
            ),
            context: context,
            checkpointsActivations: checkpointsActivations && Tape.isRecording
        )
        var x = convIn(latents)
        var skips = [x]
        for block in downBlocks { x = block(x, skips: &skips, pass) }
        x = midBlock(x, pass)
        for block in upBlocks { x = block(x, skips: &skips, pass) }
        return convOut(convNormOut.silu(x))
    }

    /// The embedded timesteps and added conditioning, `[N, E]`.
    private func embedding(
        timesteps: [Float],
        added: AddedConditioning?,
        count: Int
    ) -> Tensor {
        precondition(
            timesteps.count == count || timesteps.count == 1,
            "\(timesteps.count) timesteps for \(count) samples"
        )
        precondition(
            (added == nil) == (addedEmbedding == nil),
            "added conditioning must be given exactly if the configuration has it"
        )
        let all =
            timesteps.count == count ? timesteps : .init(repeating: timesteps[0], count: count)
        let time = timeEmbedding(timeProjection(all))
        guard let added, let addedEmbedding else { return time }
        return time + addedEmbedding(added)
    }
}
