internal import Layers
internal import Tensors

/// Self-attention over all places of a picture, with one head. [N, H, W, C] → [N, H, W, C].
///
/// Matches diffusers `Attention` as `UNetMidBlock2D` of an autoencoder uses it: biases everywhere, the
/// input added. The historic names of its weights (`query`, `proj_attn`) are Layers' aliases.
struct AutoencoderAttention {
    let groupNorm: GroupNorm
    let queries: Linear
    let keys: Linear
    let values: Linear
    let output: Linear

    init(_ scope: ParameterScope, channels: Int, groups: Int) throws {
        groupNorm = try GroupNorm(
            scope["group_norm"],
            groups: groups,
            channels: channels,
            epsilon: 1e-6
        )
        queries = try Linear(scope["to_q"], from: channels, to: channels)
        keys = try Linear(scope["to_k"], from: channels, to: channels)
        values = try Linear(scope["to_v"], from: channels, to: channels)
        output = try Linear(scope["to_out"][0], from: channels, to: channels)
    }

    func callAsFunction(_ x: Tensor) -> Tensor {
        let (n, h, w, c) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
        let tokens = groupNorm(x).reshaped(to: [n, h * w, c])
        let attended = attention(queries(tokens), keys(tokens), values(tokens), headCount: 1)
        return x + output(attended).reshaped(to: [n, h, w, c])
    }
}
