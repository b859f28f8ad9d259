internal import Layers
package import Tensors

extension UNet2DConditionModel {
    /// What turns text into keys and values, `[C, D]` each, of every cross-attention layer in execution
    /// order.
    package var textProjections: [(keys: Tensor, values: Tensor)] {
        let transformers =
            downBlocks.flatMap(\.transformers) + [midBlock.transformer]
            + upBlocks.flatMap(\.transformers)
        return transformers.flatMap(\.blocks).map { block in
            let layer = block.crossAttention
            return (layer.toKeys.weight.tensor.detached, layer.toValues.weight.tensor.detached)
        }
    }
}

extension DownBlock {
    /// The transformers in the order in which they run.
    fileprivate var transformers: [Transformer2DModel] {
        switch self {
        case .plain: []
        case .attending(let block): block.transformers
        }
    }
}

extension UpBlock {
    /// The transformers in the order in which they run.
    fileprivate var transformers: [Transformer2DModel] {
        switch self {
        case .plain: []
        case .attending(let block): block.transformers
        }
    }
}
