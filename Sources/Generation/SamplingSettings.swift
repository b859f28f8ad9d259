package import Imaging
internal import Requests
package import StableDiffusion
internal import Tensors

/// How pictures are sampled where no request says so, as in a training's validation.
package struct SamplingSettings: Sendable, Equatable {
    /// Sampler steps.
    package var stepCount: Int
    /// Weight of classifier-free guidance.
    package var guidanceScale: Float
    package var sampler: StableDiffusion.SamplerKind = .ddim

    package init(stepCount: Int, guidanceScale: Float) {
        self.stepCount = stepCount
        self.guidanceScale = guidanceScale
    }
}

extension BaseModel {
    /// A picture of the base's own size for a prompt without subjects.
    package func picture(
        of prompt: String,
        _ settings: SamplingSettings,
        seed: Int
    ) throws -> RGBImage {
        let isGuided = ClassifierFreeGuidance(scale: settings.guidanceScale).isActive
        return try picture(
            conditioning: PictureConditioning(
                conditional: prompts.encode([prompts.prompt(prompt)]),
                unconditional: isGuided ? unconditionalText("") : nil,
                timeIDs: ownTimeIDs
            ),
            settings,
            seed: seed
        )
    }

    /// A picture of the base's own size.
    package func picture(
        conditioning: PictureConditioning,
        _ settings: SamplingSettings,
        seed: Int
    ) throws -> RGBImage {
        let loop = DenoisingLoop(
            base: self,
            sampler: try settings.sampler.sampler(scheduler, stepCount: settings.stepCount),
            guidanceScale: settings.guidanceScale,
            random: .philox,
            conditioning: conditioning
        )
        let side = pictureSide / autoencoder.configuration.reductionFactor
        let latents = try loop.latents(seed: seed, size: (side, side)) { _ in }.latents
        return try picture(of: latents, seed: seed)
    }

    /// SDXL's sizes of a picture of the base's own size.
    package var ownTimeIDs: [Float] {
        let side = Float(pictureSide)
        return [side, side, 0, 0, side, side]
    }
}
