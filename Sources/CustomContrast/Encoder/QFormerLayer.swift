package import Layers
package import Tensors

/// One layer of a Q-Former: perceiver attention and feed-forward, each added to its input.
package struct QFormerLayer {
    let attention: PerceiverAttention
    let feedForward: PerceiverFeedForward

    /// Creates the layer; the keys are the positions 0 and 1, as in IP-Adapter's `Resampler`.
    package init(_ scope: ParameterScope, dimensions: QFormerDimensions) throws {
        attention = try PerceiverAttention(
            scope[0],
            width: dimensions.width,
            heads: dimensions.heads
        )
        feedForward = try PerceiverFeedForward(
            scope[1],
            width: dimensions.width,
            multiplier: dimensions.feedForwardMultiplier
        )
    }

    /// Queries `[N, q, width]` after reading the media.
    package func callAsFunction(_ queries: Tensor, mediaKeysAndValues: Tensor) -> Tensor {
        let x = queries + attention(queries, mediaKeysAndValues: mediaKeysAndValues)
        return x + feedForward(x)
    }
}
