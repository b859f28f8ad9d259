internal import CustomContrast
package import Imaging
internal import Requests
internal import StableDiffusion
internal import Tensors

extension BaseModel {
    /// A picture of the base's own size for a prompt without subjects.
    ///
    /// - Parameters:
    ///   - constantPicture: Called for a picture that has one colour all over; may throw.
    ///   - stepDone: Called after each step with how many are done; may throw to stop.
    package func picture(
        of prompt: String,
        _ settings: SamplingSettings,
        seed: Int,
        constantPicture: (GenerationError) throws -> Void = { throw $0 },
        stepDone: (Int) throws -> Void = { _ in }
    ) throws -> RGBImage {
        let isGuided = ClassifierFreeGuidance(scale: settings.guidanceScale).isActive
        return try picture(
            conditioning: PictureConditioning(
                conditional: prompts.encode([prompts.prompt(prompt)]),
                unconditional: isGuided ? unconditionalText(nil) : nil,
                timeIDs: ownTimeIDs
            ),
            settings,
            seed: seed,
            constantPicture: constantPicture,
            stepDone: stepDone
        )
    }

    /// A picture of the base's own size.
    package func picture(
        conditioning: PictureConditioning,
        _ settings: SamplingSettings,
        seed: Int,
        constantPicture: (GenerationError) throws -> Void = { throw $0 },
        stepDone: (Int) throws -> Void = { _ in }
    ) throws -> RGBImage {
        let loop = DenoisingLoop(
            base: self,
            sampler: try settings.sampler.sampler(scheduler, stepCount: settings.stepCount),
            guidanceScale: settings.guidanceScale,
            random: .philox,
            conditioning: conditioning
        )
        let side = pictureSide / autoencoder.configuration.reductionFactor
        let latents = try loop.latents(seed: seed, size: (side, side), stepDone: stepDone).latents
        return try picture(of: latents, seed: seed, constantPicture: constantPicture)
    }

    /// SDXL's sizes of a picture of the base's own size.
    var ownTimeIDs: [Float] { BaseModel.timeIDs(side: pictureSide) }

    /// SDXL's sizes of an uncropped square picture.
    package static func timeIDs(side: Int) -> [Float] {
        let side = Float(side)
        return [side, side, 0, 0, side, side]
    }
}
