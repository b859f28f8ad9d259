internal import Layers
internal import Tensors

/// Pictures cut into patches, with a class token before them: [N, H, W, 3] → [N, 1 + patches, C].
///
/// Matches transformers `Dinov2Embeddings`.
struct DINOv2Embeddings {
    /// `[1, 1, C]`.
    let classToken: Parameter
    /// What stood for hidden patches in the encoder's own training, `[1, C]`; nothing reads it here.
    let maskToken: Parameter?
    let patchEmbedding: Conv2d
    /// `[1, 1 + patches, C]`.
    let positions: Parameter
    let configuration: DINOv2Configuration

    init(_ scope: ParameterScope, _ configuration: DINOv2Configuration) throws {
        self.configuration = configuration
        let (width, side) = (configuration.width, configuration.patchesPerSide)
        let initialization = Initialization.normal(standardDeviation: 0.02)
        classToken = try scope.parameter(
            "cls_token",
            shape: [1, 1, width],
            initialization: initialization
        )
        maskToken =
            scope.contains("mask_token")
            ? try scope.parameter("mask_token", shape: [1, width], initialization: .zeros) : nil
        patchEmbedding = try Conv2d(
            scope["patch_embeddings"]["projection"],
            from: 3,
            to: width,
            kernel: configuration.patchSize,
            stride: configuration.patchSize,
            initialization: initialization
        )
        positions = try scope.parameter(
            "position_embeddings",
            shape: [1, 1 + side * side, width],
            initialization: initialization
        )
    }

    func callAsFunction(_ pixels: Tensor) -> Tensor {
        let patches = patchEmbedding(pixels)  // [N, h, w, C]
        let (n, h, w) = (patches.shape[0], patches.shape[1], patches.shape[2])
        let width = configuration.width
        let tokens = concatenated(
            [
                classToken.tensor.broadcast(to: [n, 1, width]),
                patches.reshaped(to: [n, h * w, width]),
            ],
            axis: 1
        )
        return tokens + positions(height: h, width: w)
    }

    /// The embeddings of the class token and of h × w places, `[1, 1 + h·w, C]`: those of the model's own
    /// grid, stretched bicubically where it is another one.
    private func positions(height h: Int, width w: Int) -> Tensor {
        let (side, width) = (configuration.patchesPerSide, configuration.width)
        guard (h, w) != (side, side) else { return positions.tensor }
        let own = positions.tensor.sliced(axis: 1, 1..<1 + side * side)
        let rows = matrixMultiply(
            BicubicWeights.matrix(from: side, to: h),
            own.reshaped(to: [side, side * width])
        )  // [h, side · C]
        let columns = rows.reshaped(to: [h, side, width]).transposed(1, 0, 2)
        let stretched = matrixMultiply(
            BicubicWeights.matrix(from: side, to: w),
            columns.reshaped(to: [side, h * width])
        )  // [w, h · C]
        let grid = stretched.reshaped(to: [w, h, width]).transposed(1, 0, 2)
        return concatenated(
            [positions.tensor.sliced(axis: 1, 0..<1), grid.reshaped(to: [1, h * w, width])],
            axis: 1
        )
    }
}
