package import Foundation
package import Layers
package import Tensors

/// DINOv2's image encoder: a vision transformer that was trained without labels (Oquab et al. 2023).
///
/// Matches transformers `Dinov2Model`.
package struct DINOv2Model {
    package let configuration: DINOv2Configuration
    /// All parameters, in the order of their creation.
    package let parameters: [Parameter]
    let embeddings: DINOv2Embeddings
    let layers: [DINOv2Layer]
    let layerNorm: LayerNorm

    package init(_ scope: ParameterScope, configuration: DINOv2Configuration) throws {
        self.configuration = configuration
        let earlierCount = scope.parameters.count
        embeddings = try DINOv2Embeddings(scope["embeddings"], configuration)
        layers = try (0..<configuration.layerCount).map { index in
            try DINOv2Layer(scope["encoder"]["layer"][index], configuration)
        }
        layerNorm = try LayerNorm(
            scope["layernorm"],
            width: configuration.width,
            epsilon: configuration.epsilon
        )
        parameters = scope.parameters(after: earlierCount)
    }

    /// Loads a folder, such as `facebook/dinov2-base`.
    ///
    /// - Parameters:
    ///   - folder: Holds `config.json` and the weights.
    ///   - variant: The variant of the weights to prefer, such as `fp16`.
    package init(folder: URL, variant: String? = nil) throws {
        let configuration = try DINOv2Configuration(
            file: folder.appendingPathComponent("config.json")
        )
        let weights = try SafeTensorsWeights(folder: folder.path, variant: variant)
        let scope = ParameterScope.loading(from: weights)
        try self.init(scope, configuration: configuration)
        try scope.finish()
    }

    /// The last hidden states of normalised pictures `[N, H, W, 3]`: `[N, 1 + patches, C]`, the class
    /// token first. Rests of sides that make no whole patch are not seen.
    package func callAsFunction(_ pixels: Tensor) -> Tensor {
        layerNorm(layers.reduce(embeddings(pixels)) { h, layer in layer(h) })
    }

    /// What stands for whole pictures: their class tokens, `[N, C]`.
    package func pooled(_ pixels: Tensor) -> Tensor {
        let states = self(pixels)
        return states.sliced(axis: 1, 0..<1)
            .reshaped(to: [states.shape[0], configuration.width])
    }
}
