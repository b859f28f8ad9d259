package import Requests
package import StableDiffusion

extension MemoryNeed {
    /// What a `train` job takes in a step.
    ///
    /// - Parameters:
    ///   - base: The base's folder, opened.
    ///   - adapterCount: The values of the adapter that is trained.
    ///   - componentCount: How many passes of the text encoder a caption takes; 0 without S⁺.
    package init(
        _ request: TrainingRequest,
        base folder: ModelFolder,
        adapterCount: Int,
        componentCount: Int
    ) throws {
        let base = try BaseOutline(folder)
        let side = request.resolution ?? base.pictureSide
        let factor = base.autoencoder.reductionFactor
        let latents = (height: side / factor, width: side / factor)
        let samples = request.optimizer.batchSize
        let trainsText = componentCount > 0
        // The value, its gradient and two moments.
        let adapter = 4 * WeightMemory.valueSize * adapterCount
        let tape =
            ActivationMemory.unetTape(
                base.unet,
                samples: samples,
                size: latents,
                checkpoints: request.optimizer.checkpointsGradients
            )
            + base.textWork(
                passes: samples * max(1, componentCount),
                trains: trainsText,
                checkpoints: request.optimizer.checkpointsGradients
            )
        let frozen =
            ActivationMemory.encoder(
                base.autoencoder,
                samples: samples,
                size: (height: side, width: side)
            )
            + (base.image.map { ActivationMemory.imageEncoder($0, images: samples) } ?? 0)
        self.init(stages: [
            Stage(
                name: "a training step",
                parts: [
                    ("process", MemoryNeed.process), ("adapter", adapter),
                    ("UNet", base.unetBytes(samples: samples, size: latents, trains: true)),
                    ("text encoder", base.textBytes * (trainsText ? 2 : 1)),
                    ("image encoder", base.imageBytes),
                    ("autoencoder", base.autoencoderWeights.mapped),
                    ("activations", MemoryNeed.withIdle(max(tape, frozen))),
                ]
            )
        ])
    }
}
