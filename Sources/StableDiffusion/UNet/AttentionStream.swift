package import Tensors

/// Keys and values of one layer that are attended to beside the text, with the layer's own queries.
package struct AttentionStream {
    /// `[N, m, C]` with the layer's channels.
    package var keys: Tensor
    /// `[N, m, C]` with the layer's channels.
    package var values: Tensor
    /// The weight of the stream's attention beside the text's, γ or IP-Adapter's scale.
    package var scale: Float
    /// `[N, h, w]`: where in the picture the stream counts, resized to each layer; `nil` for everywhere.
    package var mask: Tensor?

    /// Creates a stream.
    package init(keys: Tensor, values: Tensor, scale: Float, mask: Tensor? = nil) {
        self.keys = keys
        self.values = values
        self.scale = scale
        self.mask = mask
    }
}
