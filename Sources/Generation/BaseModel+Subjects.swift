internal import CLIP
package import CustomContrast
package import Imaging
internal import StableDiffusion
internal import Tensors

extension BaseModel {
    /// A picture of the base's own size with one subject in it, as a training shows them.
    ///
    /// - Parameters:
    ///   - constantPicture: Called for a picture that has one colour all over; may throw.
    ///   - stepDone: Called after each step with how many are done; may throw to stop.
    package func picture(
        of prompt: String,
        showing subject: SubjectPictures,
        conditioner: SubjectConditioner,
        _ settings: SamplingSettings,
        seed: Int,
        constantPicture: (GenerationError) throws -> Void = { throw $0 },
        stepDone: (Int) throws -> Void = { _ in }
    ) throws -> RGBImage {
        let imageEncoder = try requireImageEncoder()
        let encoder = conditioner.adapter.encoder
        let features = try encoder.joined(encoder.imageFeatures(of: imageEncoder(subject.images)))
        let isGuided = ClassifierFreeGuidance(scale: settings.guidanceScale).isActive
        let guided = GuidedPrompt(
            conditioner: conditioner,
            prompt: try conditioner.prompt(prompt, nouns: [subject.className]),
            subjects: [GuidedSubject(imageFeatures: features, scale: subject.scale)],
            unconditional: isGuided
                ? Unconditional(
                    text: unconditionalText(nil),
                    blankFeatures: try encoder.blankFeatures(imageEncoder.model)
                ) : nil
        )
        let side = pictureSide / autoencoder.configuration.reductionFactor
        return try picture(
            conditioning: PictureConditioning(
                SubjectGuidance(guided, pictureCount: 1, maskSide: min(64, side)),
                timeIDs: ownTimeIDs
            ),
            settings,
            seed: seed,
            constantPicture: constantPicture,
            stepDone: stepDone
        )
    }
}
