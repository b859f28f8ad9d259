internal import Layers
internal import Tensors

/// Multi-head self-attention. [N, T, C] → [N, T, C].
///
/// Matches transformers `Dinov2Attention`; the names are those of published files.
struct DINOv2Attention {
    let queries: Linear
    let keys: Linear
    let values: Linear
    let output: Linear
    let headCount: Int

    init(_ scope: ParameterScope, _ configuration: DINOv2Configuration) throws {
        let width = configuration.width
        func map(_ name: String) throws -> Linear {
            try Linear(
                scope["attention"][name],
                from: width,
                to: width,
                bias: configuration.hasAttentionBias
            )
        }
        queries = try map("query")
        keys = try map("key")
        values = try map("value")
        output = try Linear(scope["output"]["dense"], from: width, to: width)
        headCount = configuration.headCount
    }

    func callAsFunction(_ x: Tensor) -> Tensor {
        output(attention(queries(x), keys(x), values(x), headCount: headCount))
    }
}
