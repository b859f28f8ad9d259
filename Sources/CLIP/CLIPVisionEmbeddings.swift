internal import Layers
internal import Tensors

/// Pictures cut into patches, with a class token before them: [N, S, S, 3] → [N, 1 + patches, C].
///
/// Matches transformers `CLIPVisionEmbeddings`.
struct CLIPVisionEmbeddings {
    let classEmbedding: Parameter
    let patchEmbedding: Conv2d
    let positionEmbedding: Embedding
    let configuration: CLIPVisionConfiguration

    init(_ scope: ParameterScope, _ configuration: CLIPVisionConfiguration) throws {
        self.configuration = configuration
        let width = configuration.width
        classEmbedding = try scope.parameter(
            "class_embedding",
            shape: [width],
            initialization: .normal(standardDeviation: 1 / Float(width).squareRoot())
        )
        patchEmbedding = try Conv2d(
            scope["patch_embedding"],
            from: 3,
            to: width,
            kernel: configuration.patchSize,
            stride: configuration.patchSize,
            bias: false,
            initialization: .normal(standardDeviation: 0.02)
        )
        positionEmbedding = try Embedding(
            scope["position_embedding"],
            count: 1 + configuration.patchCount,
            width: width,
            initialization: .normal(standardDeviation: 0.02)
        )
    }

    func callAsFunction(_ pixels: Tensor) -> Tensor {
        let (n, size) = (pixels.shape[0], configuration.imageSize)
        precondition(
            pixels.shape == [n, size, size, 3],
            "pictures are \(pixels.shape), not \(size)×\(size)"
        )
        let width = configuration.width
        let patches = patchEmbedding(pixels).reshaped(to: [n, configuration.patchCount, width])
        let classToken = classEmbedding.tensor.broadcast(to: [n, 1, width])
        let tokens = concatenated([classToken, patches], axis: 1)
        return tokens + positionEmbedding(Array(0...configuration.patchCount))
    }
}
