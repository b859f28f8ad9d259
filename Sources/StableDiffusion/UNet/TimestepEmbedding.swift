internal import Layers
internal import Tensors

/// The two layers that turn an embedding into what the resnets add.
///
/// Matches diffusers `TimestepEmbedding`.
struct TimestepEmbedding {
    let linear1: Linear
    let linear2: Linear

    init(_ scope: ParameterScope, from inputSize: Int, to outputSize: Int) throws {
        linear1 = try Linear(scope["linear_1"], from: inputSize, to: outputSize)
        linear2 = try Linear(scope["linear_2"], from: outputSize, to: outputSize)
    }

    /// `[N, input]` to `[N, output]`.
    func callAsFunction(_ x: Tensor) -> Tensor { linear2(silu(linear1(x))) }
}
