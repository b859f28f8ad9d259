internal import Layers
internal import Tensors

/// Two linear layers around a gate.
///
/// Matches diffusers `FeedForward` with `GEGLU` (Shazeer, arXiv 2002.05202): value · GELU(gate), exact GELU.
struct FeedForward {
    /// Gives the values and the gates, in this order.
    let projection: Linear
    let output: Linear

    init(_ scope: ParameterScope, channels: Int) throws {
        let innerSize = 4 * channels
        projection = try Linear(scope["net"][0]["proj"], from: channels, to: 2 * innerSize)
        output = try Linear(scope["net"][2], from: innerSize, to: channels)
    }

    /// `[N, T, C]` to `[N, T, C]`.
    func callAsFunction(_ x: Tensor) -> Tensor {
        output(gatedGELU(projection(x)))
    }
}
