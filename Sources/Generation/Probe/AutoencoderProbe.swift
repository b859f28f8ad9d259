internal import Foundation
internal import StableDiffusion
internal import Tensors

/// Runs either half of an autoencoder.
struct AutoencoderProbe {
    private let model: AutoencoderKL

    init(folder: URL, variant: String?) throws {
        model = try AutoencoderKL(folder: folder, variant: variant)
    }

    /// `image` to `mean` and `logvar`, neither multiplied by the scaling factor.
    func encode(_ input: ProbeInput) throws -> [String: Tensor] {
        let configuration = model.configuration
        let posterior = model.encode(
            try input.picture(
                "image",
                channels: configuration.inputChannels,
                smallest: configuration.reductionFactor
            )
        )
        return [
            "mean": posterior.mean.channelsFirst, "logvar": posterior.logVariance.channelsFirst,
        ]
    }

    /// `latent`, divided by the scaling factor already, to `image`.
    func decode(_ input: ProbeInput) throws -> [String: Tensor] {
        let latents = try input.picture("latent", channels: model.configuration.latentChannels)
        return ["image": model.decode(latents).channelsFirst]
    }
}
