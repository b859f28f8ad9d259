internal import CLIP
internal import Tensors

extension UnitEmbedding {
    /// Pictures or texts that are read at a time.
    private static let batchSize = 32

    /// The rows `[N, P]` that `embed` makes of each batch, as directions.
    ///
    /// - Parameter judge: Who embeds, for errors.
    static func batches<Input>(
        of inputs: [Input],
        judge: String,
        _ embed: ([Input]) -> Tensor
    ) throws(EvaluationError) -> [UnitEmbedding] {
        var found: [UnitEmbedding] = []
        for first in stride(from: 0, to: inputs.count, by: batchSize) {
            let batch = inputs[first..<min(first + batchSize, inputs.count)]
            let rows = embed(Array(batch))
            let values = rows.values
            guard values.allSatisfy(\.isFinite) else { throw .nonFinite(judge: judge) }
            let width = rows.shape[1]
            for row in 0..<rows.shape[0] {
                found.append(UnitEmbedding(Array(values[row * width..<(row + 1) * width])))
            }
        }
        return found
    }
}

extension CLIPImagePreprocessor {
    /// In words that two results must share to be compared.
    var words: String {
        let sides = keepsProportions ? "\(shorterSide)" : "\(shorterSide)x\(shorterSide)"
        return "resize\(sides)/\(filter)/crop\(cropSize)"
    }
}
