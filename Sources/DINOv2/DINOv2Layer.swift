internal import Layers
internal import Tensors

/// A transformer layer whose branches are scaled channel by channel before they are added.
/// [N, T, C] → [N, T, C].
///
/// Matches transformers `Dinov2Layer`.
struct DINOv2Layer {
    let norm1: LayerNorm
    let attention: DINOv2Attention
    /// `[C]`.
    let scale1: Parameter
    let norm2: LayerNorm
    let feedForward: DINOv2FeedForward
    /// `[C]`.
    let scale2: Parameter

    init(_ scope: ParameterScope, _ configuration: DINOv2Configuration) throws {
        let (width, epsilon) = (configuration.width, configuration.epsilon)
        func scale(_ name: String) throws -> Parameter {
            try scope[name].parameter("lambda1", shape: [width], initialization: .constant(1))
        }
        norm1 = try LayerNorm(scope["norm1"], width: width, epsilon: epsilon)
        attention = try DINOv2Attention(scope["attention"], configuration)
        scale1 = try scale("layer_scale1")
        norm2 = try LayerNorm(scope["norm2"], width: width, epsilon: epsilon)
        feedForward = try DINOv2FeedForward(scope["mlp"], configuration)
        scale2 = try scale("layer_scale2")
    }

    func callAsFunction(_ x: Tensor) -> Tensor {
        let h = x + attention(norm1(x)) * scale1.tensor
        return h + feedForward(norm2(h)) * scale2.tensor
    }
}
