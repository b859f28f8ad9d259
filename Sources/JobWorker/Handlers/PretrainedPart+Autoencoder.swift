internal import Datasets
internal import Foundation
internal import Imaging
internal import Layers
internal import Requests
internal import StableDiffusion
internal import Tensors
internal import Training

extension PretrainedPart {
    /// Pictures of a validation grid, and those the latents' deviation is measured on.
    private static let validationCount = 16
    private static let measuredCount = 256
    private static let measuredBatch = 16

    /// Trains the autoencoder and measures its scaling factor: one over the deviation of its latents, so
    /// that the UNet sees latents of unit variance (Rombach et al. 2022, appendix G).
    func trainAutoencoder() throws {
        let configurationFile = draft.file(.autoencoder, "config.json")
        var configuration = try AutoencoderConfiguration(file: configurationFile)
        let scope = try scope(of: .autoencoder)
        let autoencoder = try AutoencoderKL(scope, configuration: configuration)
        let task = AutoencoderPretraining(
            autoencoder: autoencoder,
            parameters: scope.parameters,
            pictures: try batches(),
            divergenceWeight: request.divergenceWeight,
            seed: seed
        )
        let shown = try firstPictures(PretrainedPart.validationCount).map(\.image)
        try train(
            task,
            validation: { step in
                let decoded = autoencoder.decode(
                    autoencoder.encode(Tensor(signedPixelsOf: shown)).mean
                )
                let pairs = try zip(shown, decoded.images()).flatMap { [$0, $1] }
                let cells = pairs.map { ContactSheet.Cell($0) }
                try publish(ContactSheet(cells: cells, columns: 8, cellSide: 128), step: step)
            },
            finish: {
                configuration.scalingFactor = try scalingFactor(of: autoencoder)
                context.log("scaling factor \(configuration.scalingFactor)")
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
                try encoder.encode(configuration).write(to: configurationFile)
                try write(
                    scope.parameters,
                    to: draft.file(.autoencoder, "diffusion_pytorch_model.safetensors")
                )
            }
        )
    }

    private func scalingFactor(of autoencoder: AutoencoderKL) throws -> Float {
        let images = try firstPictures(PretrainedPart.measuredCount).map(\.image)
        var squares: Float = 0
        for first in stride(from: 0, to: images.count, by: PretrainedPart.measuredBatch) {
            let batch = Array(
                images[first..<min(first + PretrainedPart.measuredBatch, images.count)]
            )
            let posterior = autoencoder.encode(Tensor(signedPixelsOf: batch))
            let square = (posterior.mean.squared() + posterior.logVariance.exponential()).mean()
            squares += square.scalar * Float(batch.count)
        }
        return 1 / (squares / Float(images.count)).squareRoot()
    }
}
