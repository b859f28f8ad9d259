internal import Layers
internal import Tensors

/// A residual block that knows the timestep: two convolutions around an added embedding.
///
/// Matches diffusers `ResnetBlock2D` (`time_embedding_norm = "default"`).
/// Pictures are `[N, H, W, C]`; E is the size of the embedded timestep.
struct ResnetBlock2D {
    let norm1: GroupNorm
    let conv1: Conv2d
    let timeEmbeddingProjection: Linear
    let norm2: GroupNorm
    let conv2: Conv2d
    /// 1×1, there when the number of channels changes.
    let shortcut: Conv2d?

    init(
        _ scope: ParameterScope,
        from inputChannels: Int,
        to channels: Int,
        configuration: UNetConfiguration
    ) throws {
        let (groups, epsilon) = (configuration.groupCount, configuration.epsilon)
        norm1 = try GroupNorm(
            scope["norm1"],
            groups: groups,
            channels: inputChannels,
            epsilon: epsilon
        )
        conv1 = try Conv2d(scope["conv1"], from: inputChannels, to: channels, kernel: 3, padding: 1)
        timeEmbeddingProjection = try Linear(
            scope["time_emb_proj"],
            from: configuration.timeEmbeddingSize,
            to: channels
        )
        norm2 = try GroupNorm(scope["norm2"], groups: groups, channels: channels, epsilon: epsilon)
        conv2 = try Conv2d(scope["conv2"], from: channels, to: channels, kernel: 3, padding: 1)
        shortcut =
            inputChannels == channels
            ? nil
            : try Conv2d(scope["conv_shortcut"], from: inputChannels, to: channels, kernel: 1)
    }

    /// - Parameters:
    ///   - x: `[N, H, W, input]`.
    ///   - timeEmbedding: `[N, E]` after SiLU.
    /// - Returns: `[N, H, W, channels]`.
    func callAsFunction(_ x: Tensor, timeEmbedding: Tensor) -> Tensor {
        let time = timeEmbeddingProjection(timeEmbedding)  // [N, C]
        var h = conv1(norm1.silu(x))
        h += time.reshaped(to: [time.shape[0], 1, 1, time.shape[1]])
        h = conv2(norm2.silu(h))
        return (shortcut?(x) ?? x) + h
    }

    /// The same, as a part of a pass.
    func callAsFunction(_ x: Tensor, _ pass: UNetPass) -> Tensor {
        guard pass.checkpointsActivations else { return self(x, timeEmbedding: pass.timeEmbedding) }
        return checkpointed([x, pass.timeEmbedding]) { self($0[0], timeEmbedding: $0[1]) }
    }
}
