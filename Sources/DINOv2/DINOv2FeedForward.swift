internal import Layers
internal import Tensors

/// Two maps around GELU, or around a gate. [N, T, C] → [N, T, C].
///
/// Matches transformers `Dinov2MLP` and `Dinov2SwiGLUFFN`.
struct DINOv2FeedForward {
    /// To the inner width, or to twice that for the gate and what passes it.
    let first: Linear
    let second: Linear
    let isGated: Bool

    init(_ scope: ParameterScope, _ configuration: DINOv2Configuration) throws {
        isGated = configuration.isGated
        let (width, inner) = (configuration.width, configuration.innerWidth)
        first = try Linear(
            scope[isGated ? "weights_in" : "fc1"],
            from: width,
            to: isGated ? 2 * inner : inner
        )
        second = try Linear(scope[isGated ? "weights_out" : "fc2"], from: inner, to: width)
    }

    func callAsFunction(_ x: Tensor) -> Tensor {
        let h = first(x)
        guard isGated else { return second(gelu(h)) }
        let inner = h.shape[2] / 2
        return second(
            silu(h.sliced(axis: 2, 0..<inner)) * h.sliced(axis: 2, inner..<2 * inner)
        )
    }
}
