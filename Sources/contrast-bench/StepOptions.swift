internal import ArgumentParser
internal import Foundation
internal import Layers
internal import StableDiffusion
internal import Tensors

/// What the commands that time a training step have in common.
struct StepOptions: ParsableArguments {
    @Option(name: .long, help: "Folder of a UNet in the diffusers layout.")
    var unet: String

    @Option(name: .customLong("in"), help: "Safetensors file with the step's inputs.")
    var input: String

    @Option(name: .customLong("repeat"), help: "Steps that are timed.")
    var repetitions = 5

    @Option(name: .long, help: "Numbers in matrix products: float32 or bfloat16.")
    var precision = "float32"

    func validate() throws {
        guard repetitions >= 0, ["float32", "bfloat16"].contains(precision) else {
            throw ValidationError(
                "expected --repeat of 0 or more and --precision of float32 or bfloat16"
            )
        }
    }

    /// The step's inputs, as PyTorch has them: `sample`, `target` `[N, C, H, W]`, `timestep` `[N]`,
    /// `encoder_hidden_states` `[N, T, D]`.
    func tensors() throws -> SafeTensorsWeights { try SafeTensorsWeights(file: input) }

    /// The UNet, frozen or trainable.
    func model(trainable: Bool) throws -> UNet2DConditionModel {
        let folder = URL(filePath: unet)
        let scope = ParameterScope.loading(
            from: try SafeTensorsWeights(folder: folder.path),
            trainable: trainable,
            precision: precision == "bfloat16" ? .bfloat16 : .float32
        )
        let configuration = try UNetConfiguration(file: folder.appending(path: "config.json"))
        let model = try UNet2DConditionModel(scope, configuration: configuration)
        try scope.finish()
        return model
    }
}
