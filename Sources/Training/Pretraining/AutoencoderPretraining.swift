package import Datasets
internal import Imaging
package import StableDiffusion
package import Tensors

/// Trains an autoencoder from scratch on pictures.
///
/// The loss is the absolute error of the reconstruction at full size and of its 4×4 means, where colour
/// is judged apart from edges, plus a slight pull of the posterior towards the unit normal (Rombach et
/// al. 2022, §3.1, with their KL weight).
package final class AutoencoderPretraining: TrainingTask {
    private static let colourWeight: Float = 1
    private let autoencoder: AutoencoderKL
    private let pictures: BatchStream<CaptionedPicture>
    private let divergenceWeight: Float
    private let seed: UInt64
    package let parameters: [Parameter]

    /// Creates the task for a trainable autoencoder with these parameters.
    package init(
        autoencoder: AutoencoderKL,
        parameters: [Parameter],
        pictures: BatchStream<CaptionedPicture>,
        divergenceWeight: Float,
        seed: UInt64
    ) {
        self.autoencoder = autoencoder
        self.parameters = parameters
        self.pictures = pictures
        self.divergenceWeight = divergenceWeight
        self.seed = seed
    }

    package func loss(step: Int, microBatch: Int) throws -> TrainingLoss {
        let (samples, dataWait) = try pictures.next()
        var random = PhiloxSource(seed: seed, step: step, microBatch: microBatch)
        let pixels = Tensor(signedPixelsOf: samples.map(\.image))
        let posterior = autoencoder.encode(pixels)
        let noise = random.normal(posterior.mean.shape)
        let reconstruction = autoencoder.decode(posterior.sample(noise: noise))

        let error = (reconstruction - pixels).absoluteValue().mean()
        let colourError =
            (averagePooled(reconstruction, factor: 4) - averagePooled(pixels, factor: 4))
            .absoluteValue().mean()
        let divergence = AutoencoderPretraining.divergence(of: posterior)
        let total =
            error + AutoencoderPretraining.colourWeight * colourError
            + divergenceWeight * divergence
        return TrainingLoss(
            total: total,
            parts: [
                ("loss/reconstruction", error.scalar),
                ("loss/colour", colourError.scalar),
                ("loss/divergence", divergence.scalar),
            ],
            dataWait: dataWait
        )
    }

    /// KL(𝒩(μ, σ²) ‖ 𝒩(0, 1)), summed over a picture's latents, mean over pictures.
    private static func divergence(of posterior: Posterior) -> Tensor {
        let logVariance = posterior.logVariance
        let perLatent =
            posterior.mean.squared() + logVariance.exponential() - logVariance - Float(1)
        return 0.5 * perLatent.sum() / Float(logVariance.shape[0])
    }
}
