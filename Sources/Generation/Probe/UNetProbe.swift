internal import Foundation
internal import Layers
internal import StableDiffusion
internal import Tensors

/// Runs a denoiser.
struct UNetProbe {
    private let model: UNet2DConditionModel

    init(folder: URL, variant: String?, precision: ProductPrecision) throws {
        let configuration = try UNetConfiguration(
            file: folder.appendingPathComponent("config.json")
        )
        let weights = try SafeTensorsWeights(folder: folder.path, variant: variant)
        let scope = ParameterScope.loading(from: weights, precision: precision)
        model = try UNet2DConditionModel(scope, configuration: configuration)
        try scope.finish()
    }

    /// `sample`, `timestep`, `encoder_hidden_states` and, for SDXL, `text_embeds` and `time_ids`, to
    /// `sample`.
    func run(_ input: ProbeInput) throws -> [String: Tensor] {
        let configuration = model.configuration
        let latents = try input.picture("sample", channels: configuration.inputChannels)
        let count = latents.shape[0]
        let text = try input.tensor("encoder_hidden_states", rank: 3)
        let size = configuration.crossAttentionSize
        guard text.shape[0] == count, text.shape[2] == size else {
            throw ProbeError.shape(
                key: "encoder_hidden_states",
                found: Array(text.shape),
                expected: "[\(count), T, \(size)]"
            )
        }
        let output = model(
            latents,
            timesteps: try timesteps(input, count: count),
            context: CrossAttentionContext(text: text),
            added: try added(input, count: count)
        )
        return ["sample": output.channelsFirst]
    }

    /// One timestep for all samples, or one each.
    private func timesteps(_ input: ProbeInput, count: Int) throws -> [Float] {
        let timesteps = try input.numbers("timestep")
        guard timesteps.count == 1 || timesteps.count == count else {
            throw ProbeError.shape(
                key: "timestep",
                found: [timesteps.count],
                expected: "one number, or [\(count)]"
            )
        }
        return timesteps.count == count
            ? timesteps : Array(repeating: timesteps[0], count: count)
    }

    /// What SDXL's denoiser knows besides; `nil` for other models.
    private func added(_ input: ProbeInput, count: Int) throws -> AddedConditioning? {
        guard let sizes = model.configuration.addedConditioning else { return nil }
        let text = try input.tensor("text_embeds", rank: 2)
        let width = sizes.inputSize - 6 * sizes.timeEmbeddingSize
        guard text.shape == [count, width] else {
            throw ProbeError.shape(
                key: "text_embeds",
                found: Array(text.shape),
                expected: "[\(count), \(width)]"
            )
        }
        let ids = try input.numbers("time_ids")
        guard ids.count == 6 * count else {
            throw ProbeError.shape(
                key: "time_ids",
                found: [ids.count],
                expected: "[\(count), 6]"
            )
        }
        return AddedConditioning(
            pooledTextEmbedding: text,
            timeIDs: (0..<count).map { Array(ids[$0 * 6..<($0 + 1) * 6]) }
        )
    }
}
