internal import Layers
internal import Tensors

/// Attention of the places of a picture to each other.
///
/// Matches diffusers `Attention` as `attn1`. Tokens are `[N, T, C]`.
struct SelfAttention {
    let toQueries: Linear
    let toKeys: Linear
    let toValues: Linear
    let toOutput: Linear
    let headCount: Int

    init(_ scope: ParameterScope, channels: Int, headCount: Int) throws {
        toQueries = try Linear(scope["to_q"], from: channels, to: channels, bias: false)
        toKeys = try Linear(scope["to_k"], from: channels, to: channels, bias: false)
        toValues = try Linear(scope["to_v"], from: channels, to: channels, bias: false)
        toOutput = try Linear(scope["to_out"][0], from: channels, to: channels)
        self.headCount = headCount
    }

    /// `[N, T, C]` to `[N, T, C]`.
    func callAsFunction(_ x: Tensor) -> Tensor {
        toOutput(
            attention(
                toQueries(x),
                toKeys(x),
                toValues(x),
                headCount: headCount,
                precision: toQueries.weight.precision
            )
        )
    }
}
