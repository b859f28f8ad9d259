package import Layers
package import Tensors

/// W_k^v and W_v^v of one cross-attention layer: subject tokens to that layer's keys and values.
package struct SubjectProjection {
    let toKeys: Linear
    let toValues: Linear

    /// Creates the projections, without bias, from tokens `width` (d) wide to the layer's `channels`.
    package init(
        keys: ParameterScope,
        values: ParameterScope,
        width: Int,
        channels: Int
    ) throws {
        toKeys = try Linear(keys, from: width, to: channels, bias: false)
        toValues = try Linear(values, from: width, to: channels, bias: false)
    }

    /// The keys and values `[N, m, channels]` of tokens `[N, m, width]`.
    package func callAsFunction(_ tokens: Tensor) -> (keys: Tensor, values: Tensor) {
        (toKeys(tokens), toValues(tokens))
    }
}
