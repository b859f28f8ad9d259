package import Layers
package import StableDiffusion
package import Tensors

/// The visual half of the dual cross-attention of equation 3: per cross-attention layer, the trainable
/// W_k^v and W_v^v that turn subject tokens into the keys and values of a second softmax.
///
///     softmax(Q Kᵗᵀ/√h) Vᵗ + γ · softmax(Q Kᵛᵀ/√h) Vᵛ
///
/// Everything else of the UNet stays frozen. A fresh branch starts as a copy of the layer's own
/// projections of text.
package struct SubjectCrossAttention {
    /// In execution order: down, mid, up.
    let projections: [SubjectProjection]

    /// Creates the projections of our own adapters, keyed by execution order.
    ///
    /// - Parameters:
    ///   - layers: The UNet's cross-attention layers, in execution order.
    ///   - width: d, the width of the subject tokens.
    package init(_ scope: ParameterScope, layers: [CrossAttentionLayer], width: Int) throws {
        projections = try layers.map { layer in
            let own = scope[layer.executionIndex]
            return try SubjectProjection(
                keys: own["to_k"],
                values: own["to_v"],
                width: width,
                channels: layer.channels
            )
        }
    }

    /// Creates the projections of an IP-Adapter file, keyed by registration order.
    package init(
        ipAdapter scope: ParameterScope,
        layers: [CrossAttentionLayer],
        width: Int
    ) throws {
        projections = try layers.map { layer in
            let own = scope[layer.registrationIndex]
            return try SubjectProjection(
                keys: own["to_k_ip"],
                values: own["to_v_ip"],
                width: width,
                channels: layer.channels
            )
        }
    }

    /// The keys and values of subject tokens `[N, m, d]` at each layer.
    package func keysAndValues(of tokens: Tensor) -> [(keys: Tensor, values: Tensor)] {
        projections.map { $0(tokens) }
    }

    /// Starts every projection as the UNet's own projection of text in the same layer, as IP-Adapter
    /// does: subject tokens then begin as words would.
    func adoptTextProjections(of unet: UNet2DConditionModel) {
        for (projection, text) in zip(projections, unet.textProjections) {
            projection.toKeys.weight.update(to: text.keys)
            projection.toValues.weight.update(to: text.values)
        }
    }
}
