package import CustomContrast
internal import Layers
package import Requests
package import StableDiffusion
package import Tensors

/// The way from noise to latents for one picture.
///
/// Pictures are sampled one at a time, so that a picture is the same alone and among others.
package struct DenoisingLoop {
    private let base: BaseModel
    private let guidance: ClassifierFreeGuidance
    private let sampler: any Sampler
    private let random: RandomStreamKind
    private let conditioning: PictureConditioning

    /// Creates the loop of a prompt.
    ///
    /// - Parameters:
    ///   - sampler: Fresh, for one picture.
    ///   - conditioning: What the prompt and its subjects make the UNet read.
    package init(
        base: BaseModel,
        sampler: any Sampler,
        guidanceScale: Float,
        random: RandomStreamKind,
        conditioning: PictureConditioning
    ) {
        self.base = base
        self.sampler = sampler
        self.random = random
        self.conditioning = conditioning
        guidance = ClassifierFreeGuidance(scale: guidanceScale)
    }

    /// The latents `[1, h, w, 4]` of a seed.
    ///
    /// - Parameters:
    ///   - seed: The picture's own.
    ///   - size: The latents' height and width.
    ///   - stepDone: Called after each step with how many are done; may throw to stop.
    package func latents(
        seed: Int,
        size: (height: Int, width: Int),
        stepDone: (Int) throws -> Void
    ) throws -> (latents: Tensor, masks: [LocationMask]) {
        var sampler = sampler
        var conditioning = conditioning
        var noise = LatentNoise(random, seed: seed)
        let channels = base.autoencoder.configuration.latentChannels
        let shape: Shape = [1, size.height, size.width, channels]
        var latents = noise.next(shape) * sampler.initialNoiseScale
        for (index, timestep) in sampler.timesteps.enumerated() {
            let input = sampler.denoiserInput(latents, at: index)
            let before = conditioning
            let output = predicted(
                from: input,
                timestep: timestep,
                context: conditioning.context(timestep: timestep)
            )
            conditioning.observe()
            guard output.isFinite else {
                throw failure(of: input, timestep: timestep, conditioning: before, step: index + 1)
            }
            latents = sampler.step(latents, output: output, at: index) { noise.next(shape) }
            guard latents.isFinite else {
                let stage = "the sampler in step \(index + 1)"
                throw GenerationError.nonFinite(stage: stage, layer: nil)
            }
            try stepDone(index + 1)
        }
        return (latents, conditioning.masks)
    }

    /// What the guided denoiser says about the latents, `[1, h, w, 4]`.
    private func predicted(
        from latents: Tensor,
        timestep: Float,
        context: CrossAttentionContext
    ) -> Tensor {
        let rows = guidance.isActive ? 2 : 1
        let output = base.unet(
            latents.repeated(rows, axis: 0),
            timesteps: [Float](repeating: timestep, count: rows),
            context: context,
            added: conditioning.added
        )
        return guidance.isActive ? guidance(output) : output
    }

    /// Takes a step that gave numbers that are not finite once more, to see where.
    private func failure(
        of latents: Tensor,
        timestep: Float,
        conditioning: PictureConditioning,
        step: Int
    ) -> GenerationError {
        var conditioning = conditioning
        let (context, early) = FiniteWatch.watching { conditioning.context(timestep: timestep) }
        if let early {
            return .nonFinite(stage: "the conditioning of step \(step)", layer: early)
        }
        let (_, layer) = FiniteWatch.watching {
            predicted(from: latents, timestep: timestep, context: context)
        }
        return .nonFinite(stage: "the UNet in step \(step)", layer: layer)
    }
}
