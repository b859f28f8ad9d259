package import CLIP
internal import CustomContrast
package import Datasets
internal import Imaging
package import StableDiffusion
package import Tensors

/// Trains a text-conditioned UNet from scratch in the latent space of a frozen autoencoder
/// (Rombach et al. 2022, Eq. 3).
///
/// Some captions are dropped, so that guidance has an unconditional branch (Ho and Salimans 2022). Every
/// timestep counts the same: latents of few pixels get their edges where little noise is left.
package final class UNetPretraining: TrainingTask {
    private let unet: UNet2DConditionModel
    private let autoencoder: AutoencoderKL
    private let text: CLIPTextModel
    private let tokenizer: CLIPTokenizer
    private let schedule: NoiseSchedule
    private let predictionType: PredictionType
    private let pictures: BatchStream<CaptionedPicture>
    private let captionDropRate: Float
    private let seed: UInt64
    package let parameters: [Parameter]

    /// Creates the task for a trainable UNet with these parameters; the other models are frozen.
    package init(
        unet: UNet2DConditionModel,
        parameters: [Parameter],
        autoencoder: AutoencoderKL,
        text: CLIPTextModel,
        tokenizer: CLIPTokenizer,
        schedule: NoiseSchedule,
        predictionType: PredictionType,
        pictures: BatchStream<CaptionedPicture>,
        captionDropRate: Float,
        seed: UInt64
    ) {
        self.unet = unet
        self.parameters = parameters
        self.autoencoder = autoencoder
        self.text = text
        self.tokenizer = tokenizer
        self.schedule = schedule
        self.predictionType = predictionType
        self.pictures = pictures
        self.captionDropRate = captionDropRate
        self.seed = seed
    }

    package func loss(step: Int, microBatch: Int) throws -> TrainingLoss {
        let (samples, dataWait) = try pictures.next()
        let count = samples.map(\.caption).count
        var random = PhiloxSource(seed: seed, step: step, microBatch: microBatch)
        let captions = samples.map(\.caption).map {
            random.nextUniform() < captionDropRate ? "" : $0
        }
        let timesteps = (0..<count).map { _ in random.integer(below: schedule.timestepCount) }
        let posterior = autoencoder.encode(Tensor(signedPixelsOf: samples.map(\.image)))
        let latents =
            posterior.sample(noise: random.normal(posterior.mean.shape))
            * autoencoder.configuration.scalingFactor
        let noise = random.normal(latents.shape)
        let noisy = schedule.noisy(latents, noise: noise, timesteps: timesteps)
        let context = text(ids: captions.map { tokenizer.encode($0).ids }).lastHiddenState

        let predicted = unet(
            noisy,
            timesteps: timesteps.map(Float.init),
            context: CrossAttentionContext(text: [context])
        )
        let target = schedule.target(
            of: predictionType,
            clean: latents,
            noise: noise,
            timesteps: timesteps
        )
        let total = DenoisingLoss()(predicted, target: target)
        return TrainingLoss(
            total: total,
            parts: [("loss/denoising", total.scalar)],
            dataWait: dataWait
        )
    }
}
