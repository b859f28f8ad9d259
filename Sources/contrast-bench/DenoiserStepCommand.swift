internal import ArgumentParser
internal import CustomContrast
internal import Layers
internal import Optimizers
internal import StableDiffusion
internal import Tensors

/// Times steps that train all weights of a UNet: forward, backward, AdamW.
struct DenoiserStepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "denoiser-step",
        abstract: "Time steps that train all weights of a UNet."
    )

    @OptionGroup var options: StepOptions

    @Flag(name: .long, help: "Only predict: no gradients, frozen weights.")
    var predicts = false

    func run() throws {
        let unet = try options.model(trainable: !predicts)
        let given = try options.tensors()
        let sample = try given.tensor("sample").transposed(0, 2, 3, 1)
        let target = try given.tensor("target").transposed(0, 2, 3, 1)
        let timesteps = try given.tensor("timestep").values
        let text = try given.tensor("encoder_hidden_states")
        if predicts {
            try Timing(repetitions: options.repetitions) {
                unet(sample, timesteps: timesteps, context: CrossAttentionContext(text: text))
                    .values[0]
            }.print()
            return
        }
        let optimizer = AdamW(unet.parameters, settings: AdamW.Settings())
        try Timing(repetitions: options.repetitions) {
            let loss = Tape.record {
                DenoisingLoss()(
                    unet(sample, timesteps: timesteps, context: CrossAttentionContext(text: text)),
                    target: target
                )
            }
            let gradients = GradientSum(of: unet.parameters, Gradients(of: loss))
            optimizer.step(gradients, learningRate: 1e-4, gradientScale: 1)
            return loss.scalar
        }.print()
    }
}
