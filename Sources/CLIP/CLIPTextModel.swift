package import Foundation
package import Layers
package import Tensors

/// CLIP's text encoder: a causal transformer (Radford et al. 2021).
///
/// Matches transformers `CLIPTextModel` and `CLIPTextModelWithProjection`. There is no padding mask: the
/// model sees padding as it sees words, as diffusers' pipelines have it.
package struct CLIPTextModel {
    package let configuration: CLIPTextConfiguration
    /// All parameters, in the order of their creation.
    package let parameters: [Parameter]
    let tokenEmbedding: Embedding
    let positionEmbedding: Embedding
    let layers: [CLIPLayer]
    let finalLayerNorm: LayerNorm
    /// There if the model was trained to be compared with pictures.
    let textProjection: Linear?
    /// Whether there is a projection.
    package var projects: Bool { textProjection != nil }
    /// Whether layers forget their activations and are run again for gradients: less memory, more time.
    package var checkpointsActivations = false

    /// - Parameters:
    ///   - scope: The root; layers lie under `text_model`.
    ///   - configuration: The sizes.
    ///   - projects: Whether there is a projection.
    package init(
        _ scope: ParameterScope,
        configuration: CLIPTextConfiguration,
        projects: Bool
    ) throws {
        self.configuration = configuration
        let earlierCount = scope.parameters.count
        let model = scope["text_model"]
        let width = configuration.width
        tokenEmbedding = try Embedding(
            model["embeddings"]["token_embedding"],
            count: configuration.vocabularySize,
            width: width,
            initialization: .normal(standardDeviation: 0.02)
        )
        positionEmbedding = try Embedding(
            model["embeddings"]["position_embedding"],
            count: configuration.length,
            width: width,
            initialization: .normal(standardDeviation: 0.02)
        )
        layers = try (0..<configuration.layerCount).map { index in
            try CLIPLayer(model["encoder"]["layers"][index], configuration.layerSizes)
        }
        finalLayerNorm = try LayerNorm(
            model["final_layer_norm"],
            width: width,
            epsilon: configuration.epsilon
        )
        textProjection =
            projects
            ? try Linear(
                scope["text_projection"],
                from: width,
                to: configuration.projectionWidth,
                bias: false,
                initialization: .normal(standardDeviation: 1 / Float(width).squareRoot())
            ) : nil
        parameters = scope.parameters(after: earlierCount)
    }

    /// Loads a `text_encoder` folder; there is a projection if the weights have one.
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
        try self.init(
            configuration: CLIPTextConfiguration(
                file: folder.appendingPathComponent("config.json")
            ),
            weights: SafeTensorsWeights(folder: folder.path, variant: variant),
            precision: precision
        )
    }

    /// Reads the model from weights; there is a projection if they have one.
    ///
    /// - Parameter precision: Numbers that matrix products take.
    package init(
        configuration: CLIPTextConfiguration,
        weights: any WeightSource,
        precision: ProductPrecision = .float32
    ) throws {
        var configuration = configuration
        // Fine-tuned models have rows that their configuration does not know of.
        let table = "embeddings.token_embedding.weight"
        if let shape = weights.shape(of: "text_model.\(table)") ?? weights.shape(of: table) {
            configuration.vocabularySize = shape[0]
        }
        let scope = ParameterScope.loading(from: weights, precision: precision)
        let projects = scope["text_projection"].contains("weight")
        try self.init(scope, configuration: configuration, projects: projects)
        try scope.finish()
    }

    /// Encodes texts that are as long as each other: `[N][T]` ids, at most `configuration.length` each.
    package func callAsFunction(ids: [[Int]]) -> CLIPTextOutput {
        encode(embeddings: tokenEmbeddings(ids: ids), eosPositions: ids.map(endPosition))
    }

    /// The rows of the token table, without positions: `[N, T, C]`.
    package func tokenEmbeddings(ids: [[Int]]) -> Tensor {
        return tokenEmbedding(ids)
    }

    /// Where a text ends: the place of the end token, or of the largest id in the legacy case.
    ///
    /// A text without an end is read at its first token, as transformers does.
    package func endPosition(of ids: [Int]) -> Int {
        let end = configuration.endToken == 2 ? ids.max() : configuration.endToken
        return ids.firstIndex { $0 == end } ?? 0
    }

    /// Encodes tokens whose embeddings somebody may have changed.
    ///
    /// - Parameters:
    ///   - embeddings: From `tokenEmbeddings(ids:)`, `[N, T, C]`.
    ///   - eosPositions: Where each text ends.
    package func encode(embeddings: Tensor, eosPositions: [Int]) -> CLIPTextOutput {
        var h = embeddings + positions(0..<embeddings.shape[1])
        var penultimate = h
        for layer in layers {
            penultimate = h
            h = run(layer, h)
        }
        return output(of: h, penultimate: penultimate, eosPositions: eosPositions)
    }

    /// Runs one layer on tokens that come after others.
    func run(_ layer: CLIPLayer, _ h: Tensor, after earlier: KeysAndValues? = nil) -> Tensor {
        guard checkpointsActivations else {
            return layer.run(h, after: earlier, causal: true).output
        }
        let inputs = [h] + (earlier.map { [$0.keys, $0.values] } ?? [])
        return checkpointed(inputs) { inputs in
            let earlier =
                inputs.count == 1 ? nil : KeysAndValues(keys: inputs[1], values: inputs[2])
            return layer.run(inputs[0], after: earlier, causal: true).output
        }
    }

    /// The position table's rows, `[T, C]`.
    func positions(_ range: Range<Int>) -> Tensor {
        precondition(
            range.upperBound <= configuration.length,
            "\(range.upperBound) tokens for \(configuration.length) positions"
        )
        return positionEmbedding(Array(range))
    }

    /// Normalises what the last layer gave, and takes the rows where the texts end.
    func output(of h: Tensor, penultimate: Tensor, eosPositions: [Int]) -> CLIPTextOutput {
        let last = finalLayerNorm(h)
        let (n, t, c) = (last.shape[0], last.shape[1], last.shape[2])
        precondition(eosPositions.count == n, "\(eosPositions.count) ends of \(n) texts")
        let rows = eosPositions.enumerated().map { $0.offset * t + $0.element }
        let pooled = last.reshaped(to: [n * t, c]).gathered(rows: rows)
        return CLIPTextOutput(
            lastHiddenState: last,
            penultimateHiddenState: penultimate,
            pooled: pooled,
            textEmbeds: textProjection?(pooled)
        )
    }
}
