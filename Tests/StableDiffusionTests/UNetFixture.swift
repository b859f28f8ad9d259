import Foundation
import Layers
import StableDiffusion
import Tensors
import TestSupport
import Testing

/// A tiny random denoiser and what diffusers computes with it (`scripts/fixtures/unet.py`).
struct UNetFixture {
    let folder: URL
    let reference: SafeTensorsWeights
    let model: UNet2DConditionModel
    let parameters: [Parameter]

    init(
        _ name: String,
        trainable: Bool = false,
        precision: ProductPrecision = .float32
    ) throws {
        folder = Fixtures.folder("UNet/\(name)")
        reference = try Fixtures.tensors("UNet/\(name)/reference.safetensors")
        let scope = ParameterScope.loading(
            from: try SafeTensorsWeights(folder: folder.path),
            trainable: trainable,
            precision: precision
        )
        model = try UNet2DConditionModel(
            scope,
            configuration: try UNetConfiguration(file: folder.appending(path: "config.json"))
        )
        try scope.finish()
        parameters = scope.parameters
    }

    subscript(_ key: String) -> Tensor {
        get throws { try reference.tensor(key) }
    }

    var latents: Tensor {
        get throws { try self["input.sample"].channelsLast }
    }

    var timesteps: [Float] {
        get throws { try self["input.timesteps"].values }
    }

    var added: AddedConditioning? {
        get throws {
            guard reference.keys.contains("input.time_ids") else { return nil }
            let ids = try self["input.time_ids"].values
            return AddedConditioning(
                pooledTextEmbedding: try self["input.text_embeds"],
                timeIDs: [Array(ids[..<6]), Array(ids[6...])]
            )
        }
    }

    /// The prediction for the fixture's inputs.
    func prediction(
        latents: Tensor? = nil,
        context: CrossAttentionContext,
        checkpointed: Bool = false
    ) throws -> Tensor {
        var model = model
        model.checkpointsActivations = checkpointed
        return model(
            try latents ?? self.latents,
            timesteps: try timesteps,
            context: context,
            added: try added
        )
    }

    /// The loss of a training step: the mean squared error to the fixture's target.
    func loss(of prediction: Tensor) throws -> Tensor {
        (prediction - (try self["input.target"].channelsLast)).squared().mean()
    }

    /// IP-Adapter's weights by their keys, as leaves.
    func adapterWeights() throws -> [String: Tensor] {
        let prefix = "ip_adapter."
        let keys = reference.keys.filter { $0.hasPrefix(prefix) }
        return Dictionary(
            uniqueKeysWithValues: try keys.map { key in
                (String(key.dropFirst(prefix.count)), try self[key].asLeaf)
            }
        )
    }

    /// What IP-Adapter adds to the text: its tokens, projected for every layer.
    func adapterContext(text: Tensor, weights: [String: Tensor]) throws -> CrossAttentionContext {
        let tokens = try self["ip.tokens"]
        let visual = try model.crossAttentionLayers.map { layer in
            func projected(_ part: String) throws -> Tensor {
                let weight = weights["\(layer.registrationIndex).\(part).weight"]
                return linear(tokens, weight: try #require(weight), bias: nil)
            }
            return [
                AttentionStream(
                    keys: try projected("to_k_ip"),
                    values: try projected("to_v_ip"),
                    scale: 0.6
                )
            ]
        }
        return CrossAttentionContext(text: [text], visual: visual)
    }
}
