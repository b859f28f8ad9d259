internal import Layers
internal import Tensors

/// Turns SDXL's additional input into what is added to the embedded timestep.
///
/// Matches diffusers' `add_time_proj` and `add_embedding` (`addition_embed_type = "text_time"`).
struct AddedEmbedding {
    let projection: SinusoidalEmbedding
    let embedding: TimestepEmbedding

    init(
        _ scope: ParameterScope,
        sizes: UNetConfiguration.AddedConditioning,
        configuration: UNetConfiguration
    ) throws {
        projection = SinusoidalEmbedding(
            size: sizes.timeEmbeddingSize,
            flipsSineToCosine: configuration.flipsSineToCosine,
            frequencyShift: configuration.frequencyShift
        )
        embedding = try TimestepEmbedding(
            scope,
            from: sizes.inputSize,
            to: configuration.timeEmbeddingSize
        )
    }

    /// `[N, E]`.
    func callAsFunction(_ added: AddedConditioning) -> Tensor {
        let count = added.timeIDs.count
        let sizes = projection(added.timeIDs.flatMap(\.self))  // [N · ids, size]
        let joined = concatenated(
            [added.pooledTextEmbedding, sizes.reshaped(to: [count, sizes.count / count])],
            axis: 1
        )
        return embedding(joined)
    }
}
