extension OriginalKeyMap {
    /// A text encoder that the checkpoint keeps under transformers' own names.
    static func transformersText(prefix: String) -> OriginalKeyMap {
        var map = OriginalKeyMap(prefix: prefix)
        map.add("text_model", "text_model")
        // Exported without the prefix of the inner model.
        for name in ["embeddings", "encoder", "final_layer_norm"] {
            map.add(name, "text_model.\(name)")
        }
        return map
    }

    /// SDXL's second text encoder, under OpenCLIP's names.
    ///
    /// Queries, keys and values are one tensor there, `in_proj`, and the projection is a matrix that is
    /// multiplied from the right; `OriginalCheckpoint` takes both apart.
    /// Matches diffusers `convert_open_clip_checkpoint`.
    static func openCLIPText(prefix: String, layerCount: Int) -> OriginalKeyMap {
        var map = OriginalKeyMap(prefix: prefix)
        let embeddings = "text_model.embeddings"
        map.add("positional_embedding", "\(embeddings).position_embedding.weight")
        map.add("token_embedding", "\(embeddings).token_embedding")
        map.add("ln_final", "text_model.final_layer_norm")
        map.add("text_projection", "text_projection.weight")
        for layer in 0..<layerCount {
            map.add(
                "transformer.resblocks.\(layer)",
                "text_model.encoder.layers.\(layer)",
                inner: [
                    "ln_1": "layer_norm1", "ln_2": "layer_norm2", "mlp.c_fc": "mlp.fc1",
                    "mlp.c_proj": "mlp.fc2", "attn.out_proj": "self_attn.out_proj",
                ]
            )
        }
        return map
    }
}
