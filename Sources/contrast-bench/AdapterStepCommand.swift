internal import ArgumentParser
internal import CustomContrast
internal import Layers
internal import Optimizers
internal import StableDiffusion
internal import Tensors

/// Times steps that train an IP-Adapter over a frozen UNet: forward, backward, AdamW.
struct AdapterStepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adapter-step",
        abstract: "Time steps that train an IP-Adapter over a frozen UNet.",
        discussion: """
            --in also holds `image_embeds` [N, D], what the image encoder made of the references. The gradient of the \
            latents is computed too, as it is where something before the UNet trains.
            """
    )

    @OptionGroup var options: StepOptions

    @Option(name: .long, help: "Safetensors file of the IP-Adapter.")
    var adapter: String

    func run() throws {
        let unet = try options.model(trainable: false)
        let adapter = try AdapterFile(path: adapter).adapter(
            layers: unet.crossAttentionLayers,
            trainable: true
        )
        guard let attention = adapter.crossAttention else {
            throw ValidationError("expected an adapter with a visual branch")
        }
        let given = try options.tensors()
        let sample = try given.tensor("sample").transposed(0, 2, 3, 1).asLeaf
        let target = try given.tensor("target").transposed(0, 2, 3, 1)
        let timesteps = try given.tensor("timestep").values
        let text = try given.tensor("encoder_hidden_states")
        let embeddings = try given.tensor("image_embeds")
        let optimizer = AdamW(adapter.trainableParameters, settings: AdamW.Settings())
        try Timing(repetitions: options.repetitions) {
            let loss = Tape.record {
                let tokens = adapter.encoder.media(embeddings).visual
                let streams = tokens.map { attention.keysAndValues(of: $0) } ?? []
                return DenoisingLoss()(
                    unet(
                        sample,
                        timesteps: timesteps,
                        context: CrossAttentionContext(
                            text: [text],
                            visual: streams.map {
                                [AttentionStream(keys: $0.keys, values: $0.values, scale: 1)]
                            }
                        )
                    ),
                    target: target
                )
            }
            let gradients = GradientSum(of: adapter.trainableParameters, Gradients(of: loss))
            optimizer.step(gradients, learningRate: 1e-4, gradientScale: 1)
            return loss.scalar
        }.print()
    }
}
