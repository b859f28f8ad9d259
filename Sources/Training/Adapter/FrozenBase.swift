package import CLIP
internal import Imaging
package import StableDiffusion
internal import Tensors

/// The parts of a base model that an adapter's training reads and never changes.
package struct FrozenBase {
    package let unet: UNet2DConditionModel
    package let autoencoder: AutoencoderKL
    package let imageEncoder: ImageEncoder
    package let schedule: NoiseSchedule
    package let predictionType: PredictionType
    /// SDXL's micro-conditioning of uncropped pictures of the training's size; `nil` for other bases.
    package let timeIDs: [Float]?

    package init(
        unet: UNet2DConditionModel,
        autoencoder: AutoencoderKL,
        imageEncoder: ImageEncoder,
        schedule: NoiseSchedule,
        predictionType: PredictionType,
        timeIDs: [Float]?
    ) {
        self.unet = unet
        self.autoencoder = autoencoder
        self.imageEncoder = imageEncoder
        self.schedule = schedule
        self.predictionType = predictionType
        self.timeIDs = timeIDs
    }

    /// Latents of pictures of one size, drawn from the posterior and scaled: `[N, h, w, 4]`.
    func latents(of pictures: [RGBImage], random: inout PhiloxSource) -> Tensor {
        let pixels = Tensor(signedPixelsOf: pictures)
        let posterior = autoencoder.encode(pixels)
        return posterior.sample(noise: random.normal(posterior.mean.shape))
            * autoencoder.configuration.scalingFactor
    }

    /// What SDXL's UNet reads beside the text; `nil` for other bases.
    func added(_ pooled: Tensor?) -> AddedConditioning? {
        guard let pooled, let timeIDs else { return nil }
        return AddedConditioning(
            pooledTextEmbedding: pooled,
            timeIDs: Array(repeating: timeIDs, count: pooled.shape[0])
        )
    }
}
