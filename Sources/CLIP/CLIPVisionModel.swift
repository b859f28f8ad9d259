package import Foundation
package import Layers
package import Tensors

/// CLIP's image encoder: a vision transformer (Radford et al. 2021, Dosovitskiy et al. 2021).
///
/// Matches transformers `CLIPVisionModelWithProjection`.
package struct CLIPVisionModel {
    package let configuration: CLIPVisionConfiguration
    /// All parameters, in the order of their creation.
    package let parameters: [Parameter]
    let embeddings: CLIPVisionEmbeddings
    let preLayerNorm: LayerNorm
    let layers: [CLIPLayer]
    let postLayerNorm: LayerNorm
    let visualProjection: Linear

    /// - Parameters:
    ///   - scope: The root; layers lie under `vision_model`.
    ///   - configuration: The sizes.
    package init(_ scope: ParameterScope, configuration: CLIPVisionConfiguration) throws {
        self.configuration = configuration
        let earlierCount = scope.parameters.count
        let model = scope["vision_model"]
        let (width, epsilon) = (configuration.width, configuration.epsilon)
        embeddings = try CLIPVisionEmbeddings(model["embeddings"], configuration)
        // The misspelling is the checkpoints'.
        preLayerNorm = try LayerNorm(model["pre_layrnorm"], width: width, epsilon: epsilon)
        layers = try (0..<configuration.layerCount).map { index in
            try CLIPLayer(model["encoder"]["layers"][index], configuration.layerSizes)
        }
        postLayerNorm = try LayerNorm(model["post_layernorm"], width: width, epsilon: epsilon)
        visualProjection = try Linear(
            scope["visual_projection"],
            from: width,
            to: configuration.projectionWidth,
            bias: false,
            initialization: .normal(standardDeviation: 1 / Float(width).squareRoot())
        )
        parameters = scope.parameters(after: earlierCount)
    }

    /// Loads an `image_encoder` folder, or the image side of a folder with a whole CLIP.
    ///
    /// - Parameters:
    ///   - folder: Holds `config.json` and the weights.
    ///   - variant: The variant of the weights to prefer, such as `fp16`.
    ///   - precision: Numbers that matrix products take.
    package init(
        folder: URL,
        variant: String? = nil,
        precision: ProductPrecision = .float32
    ) throws {
        let configuration = try CLIPVisionConfiguration(
            file: folder.appendingPathComponent("config.json")
        )
        let weights = try CLIPVisionModel.weights(folder: folder, variant: variant)
        let scope = ParameterScope.loading(from: weights, precision: precision)
        try self.init(scope, configuration: configuration)
        try scope.finish()
    }

    /// The weights of an `image_encoder` folder; those of a whole CLIP without its text side.
    package static func weights(
        folder: URL,
        variant: String? = nil
    ) throws -> any WeightSource {
        let weights = try SafeTensorsWeights(folder: folder.path, variant: variant)
        let isWhole = weights.keys.contains { $0.hasPrefix("text_model.") }
        return isWhole
            ? WeightsByPrefix(weights, prefixes: ["vision_model.", "visual_projection."]) : weights
    }

    /// Encodes pictures as `CLIPImagePreprocessor` prepares them, `[N, S, S, 3]`.
    package func callAsFunction(_ pixels: Tensor) -> CLIPVisionOutput {
        var h = preLayerNorm(embeddings(pixels))
        var hiddenStates = [h]
        for layer in layers {
            h = layer(h, causal: false)
            hiddenStates.append(h)
        }
        let classToken = h.sliced(axis: 1, 0..<1)
            .reshaped(to: [h.shape[0], configuration.width])
        let pooled = postLayerNorm(classToken)
        return CLIPVisionOutput(
            hiddenStates: hiddenStates,
            pooled: pooled,
            imageEmbeds: visualProjection(pooled)
        )
    }
}
