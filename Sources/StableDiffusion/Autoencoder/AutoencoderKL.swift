package import Foundation
package import Layers
package import Tensors

/// The autoencoder between pixels and latents (Rombach et al. 2022, section 3.1).
///
/// Matches diffusers `AutoencoderKL`. Latents here are as encoder and decoder know them: multiply by
/// `configuration.scalingFactor` for the denoiser, divide for the decoder.
package struct AutoencoderKL {
    package let configuration: AutoencoderConfiguration
    /// All parameters, in the order of their creation.
    package let parameters: [Parameter]
    let encoder: AutoencoderEncoder
    let quantConvolution: Conv2d?
    let postQuantConvolution: Conv2d?
    let decoder: AutoencoderDecoder

    package init(_ scope: ParameterScope, configuration: AutoencoderConfiguration) throws {
        self.configuration = configuration
        let earlierCount = scope.parameters.count
        let latents = configuration.latentChannels
        encoder = try AutoencoderEncoder(scope["encoder"], configuration)
        quantConvolution =
            configuration.hasQuantConvolution
            ? try Conv2d(scope["quant_conv"], from: 2 * latents, to: 2 * latents, kernel: 1) : nil
        postQuantConvolution =
            configuration.hasPostQuantConvolution
            ? try Conv2d(scope["post_quant_conv"], from: latents, to: latents, kernel: 1) : nil
        decoder = try AutoencoderDecoder(scope["decoder"], configuration)
        parameters = scope.parameters(after: earlierCount)
    }

    /// Loads a `vae` folder.
    ///
    /// - Parameters:
    ///   - folder: Holds `config.json` and the weights.
    ///   - variant: The variant of the weights to prefer, such as `fp16`.
    package init(folder: URL, variant: String? = nil) throws {
        let configuration = try AutoencoderConfiguration(
            file: folder.appendingPathComponent("config.json")
        )
        let weights = try SafeTensorsWeights(folder: folder.path, variant: variant)
        let scope = ParameterScope.loading(from: weights)
        try self.init(scope, configuration: configuration)
        try scope.finish()
    }

    /// The distribution of the latents of pictures.
    ///
    /// - Parameter pixels: `[N, H, W, 3]` in −1…1, with sides that `configuration.reductionFactor` divides.
    /// - Returns: Latents `[N, H/f, W/f, C]`.
    package func encode(_ pixels: Tensor) -> Posterior {
        let moments = encoder(pixels)
        return Posterior(moments: quantConvolution?(moments) ?? moments)
    }

    /// The pictures of latents `[N, h, w, C]`: `[N, f·h, f·w, 3]`, mostly in −1…1 and not clamped.
    package func decode(_ latents: Tensor) -> Tensor {
        decoder(postQuantConvolution?(latents) ?? latents)
    }
}
