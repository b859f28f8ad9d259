package import Tensors

/// Texts that begin alike are run through their common beginning once.
extension CLIPTextModel {
    /// Runs the first tokens of texts.
    ///
    /// - Parameter embeddings: From `tokenEmbeddings(ids:)`, `[N, P, C]` with P ≥ 1.
    package func encodePrefix(embeddings: Tensor) -> CLIPTextPrefix {
        var h = embeddings + positions(0..<embeddings.shape[1])
        var penultimate = h
        var keysAndValues: [KeysAndValues] = []
        for layer in layers {
            penultimate = h
            let (next, offered) = layer.run(h, causal: true)
            keysAndValues.append(offered)
            h = next
        }
        return CLIPTextPrefix(
            length: embeddings.shape[1],
            layers: keysAndValues,
            penultimateHiddenState: penultimate,
            finalHiddenState: h
        )
    }

    /// Runs continuations of a prefix; equal to encoding prefix and suffix together.
    ///
    /// - Parameters:
    ///   - suffix: Embeddings without positions, `[N·r, T − P, C]`; those of one prefix lie in a row.
    ///   - prefix: Of N texts.
    ///   - repeats: r, how many continuations each prefix has.
    ///   - eosPositions: Where each of the N·r texts ends, counted from its first token.
    /// - Returns: The whole texts, T tokens each.
    package func encode(
        suffix: Tensor,
        after prefix: CLIPTextPrefix,
        repeats: Int,
        eosPositions: [Int]
    ) -> CLIPTextOutput {
        let start = prefix.length
        var h = suffix + positions(start..<start + suffix.shape[1])
        var penultimate = h
        for (layer, earlier) in zip(layers, prefix.layers) {
            penultimate = h
            h = run(layer, h, after: earlier.repeated(repeats))
        }
        func whole(_ beginning: Tensor, _ end: Tensor) -> Tensor {
            concatenated([beginning.repeated(repeats, axis: 0), end], axis: 1)
        }
        return output(
            of: whole(prefix.finalHiddenState, h),
            penultimate: whole(prefix.penultimateHiddenState, penultimate),
            eosPositions: eosPositions
        )
    }
}
