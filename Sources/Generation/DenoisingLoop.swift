package import CustomContrast
package import Requests
package import StableDiffusion
package import Tensors

/// The way from noise to latents for one picture.
///
/// Pictures are sampled one at a time, so that a picture is the same alone and among others.
package struct DenoisingLoop {
    /// How often latents are checked for numbers that are not finite, in steps.
    private static let checkInterval = 5

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
            let output = denoise(input, timestep: timestep, conditioning: &conditioning)
            latents = sampler.step(latents, output: output, at: index) { noise.next(shape) }
            if index % DenoisingLoop.checkInterval == 0 || index == sampler.timesteps.count - 1 {
                try latents.requireFinite(stage: "the UNet in step \(index + 1)")
            }
            try stepDone(index + 1)
        }
        return (latents, conditioning.masks)
    }

    /// What the guided denoiser says about the latents, `[1, h, w, 4]`.
    private func denoise(
        _ latents: Tensor,
        timestep: Float,
        conditioning: inout PictureConditioning
    ) -> Tensor {
        let rows = guidance.isActive ? 2 : 1
        let output = base.unet(
            latents.repeated(rows, axis: 0),
            timesteps: [Float](repeating: timestep, count: rows),
            context: conditioning.context(timestep: timestep),
            added: conditioning.added
        )
        conditioning.observe()
        return guidance.isActive ? guidance(output) : output
    }
}

extension Tensor {
    /// Throws if a value is not a finite number.
    func requireFinite(stage: String) throws(GenerationError) {
        guard squared().sum().scalar.isFinite else { throw .nonFinite(stage: stage) }
    }
}
