internal import Layers
internal import Tensors

/// A transformer block: the picture attends to itself, to the text, and passes a feed-forward layer.
///
/// Matches diffusers `BasicTransformerBlock`. Tokens are `[N, T, C]` with T = H·W.
struct BasicTransformerBlock {
    let norm1: LayerNorm
    let selfAttention: SelfAttention
    let norm2: LayerNorm
    let crossAttention: CrossAttention
    let norm3: LayerNorm
    let feedForward: FeedForward
    /// The cross-attention's number in execution order.
    let layerIndex: Int

    init(
        _ scope: ParameterScope,
        channels: Int,
        headCount: Int,
        textSize: Int,
        registry: inout CrossAttentionRegistry
    ) throws {
        norm1 = try LayerNorm(scope["norm1"], width: channels)
        selfAttention = try SelfAttention(scope["attn1"], channels: channels, headCount: headCount)
        norm2 = try LayerNorm(scope["norm2"], width: channels)
        crossAttention = try CrossAttention(
            scope["attn2"],
            channels: channels,
            textSize: textSize,
            headCount: headCount
        )
        norm3 = try LayerNorm(scope["norm3"], width: channels)
        feedForward = try FeedForward(scope["ff"], channels: channels)
        layerIndex = registry.add(
            key: "\(scope["attn2"])",
            channels: channels,
            headCount: headCount
        )
    }

    /// - Parameters:
    ///   - x: `[N, T, C]`.
    ///   - context: What the cross-attention attends to.
    ///   - plane: The picture's height and width.
    /// - Returns: `[N, T, C]`, and the placeholders' maps `[N, T]` if the context wants them.
    func callAsFunction(
        _ x: Tensor,
        context: LayerContext,
        plane: Plane
    ) -> (output: Tensor, maps: [Tensor]) {
        var x = x
        x += selfAttention(norm1(x))
        let (attended, maps) = crossAttention(norm2(x), context: context, plane: plane)
        x += attended
        x += feedForward(norm3(x))
        return (x, maps)
    }

    /// The same, as a part of a pass; the maps go to the pass's recorder.
    func callAsFunction(_ x: Tensor, plane: Plane, _ pass: UNetPass) -> Tensor {
        var context = pass.context.layer(layerIndex)
        context.collectsMaps = pass.context.recorder != nil
        let (output, maps) =
            pass.checkpointsActivations
            ? checkpointedOutput(x, context: context, plane: plane)
            : self(x, context: context, plane: plane)
        pass.context.recorder?.record(
            maps.map { $0.reshaped(to: [x.shape[0], plane.height, plane.width]) }
        )
        return output
    }

    /// The same, without keeping activations. What is checkpointed has one output, so the maps travel as
    /// further channels of it.
    private func checkpointedOutput(
        _ x: Tensor,
        context: LayerContext,
        plane: Plane
    ) -> (output: Tensor, maps: [Tensor]) {
        let channels = x.shape[2]
        let mapCount = context.collectsMaps ? context.placeholders.count : 0
        let joined = checkpointed([x] + context.tensors) { inputs in
            let (output, maps) = self(
                inputs[0],
                context: context.replacing(inputs.dropFirst()),
                plane: plane
            )
            let columns = maps.map { $0.reshaped(to: [x.shape[0], x.shape[1], 1]) }
            return columns.isEmpty ? output : concatenated([output] + columns, axis: 2)
        }
        guard mapCount > 0 else { return (joined, []) }
        let maps = (channels..<channels + mapCount).map { channel in
            joined.sliced(axis: 2, channel..<channel + 1).reshaped(to: [x.shape[0], x.shape[1]])
        }
        return (joined.sliced(axis: 2, 0..<channels), maps)
    }
}
