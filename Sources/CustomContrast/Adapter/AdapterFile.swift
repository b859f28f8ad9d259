package import Layers
package import StableDiffusion
internal import Tensors

/// An adapter's safetensors file: our own, an IP-Adapter or an IP-Adapter-plus.
package struct AdapterFile {
    /// What the file holds.
    package enum Kind: Sendable, Equatable {
        /// Our own, with what it says about itself.
        case customContrast(AdapterMetadata)
        /// IP-Adapter-plus, with the sizes its tensors imply.
        case ipAdapterPlus(QFormerDimensions, tokenCount: Int)
        /// The plain IP-Adapter.
        case ipAdapter(embeddingWidth: Int, tokenCount: Int, outputWidth: Int)
    }

    /// What the file holds.
    package let kind: Kind
    /// The file's path.
    package let path: String
    private let weights: SafeTensorsWeights

    /// Opens a file and finds out what it is.
    package init(path: String) throws {
        self.path = path
        weights = try SafeTensorsWeights(file: path)
        if let metadata = try AdapterMetadata(weights.metadata, path: path) {
            kind = .customContrast(metadata)
        } else if let found = Kind(ipAdapter: weights) {
            kind = found
        } else {
            throw AdapterError.unknownKind(path: path)
        }
    }

    /// Requires that one of our adapters meets the models it was trained with; IP-Adapter files do not
    /// say which those were.
    package func check(baseHash: String, imageEncoderHash: String) throws(AdapterError) {
        guard case .customContrast(let metadata) = kind else { return }
        for (part, expected, found) in [
            ("base model", metadata.baseHash, baseHash),
            ("image encoder", metadata.imageEncoderHash, imageEncoderHash),
        ] where expected != found {
            throw .otherModel(part: part, expected: expected, found: found, path: path)
        }
    }

    /// Loads the adapter for a UNet with these cross-attention layers, in execution order. Every tensor
    /// of the file has to find its place.
    package func adapter(
        layers: [CrossAttentionLayer],
        trainable: Bool = false
    ) throws -> SubjectAdapter {
        let scope = ParameterScope.loading(from: weights, trainable: trainable)
        let adapter: SubjectAdapter
        switch kind {
        case .customContrast(let metadata):
            adapter = try SubjectAdapter(
                scope,
                configuration: metadata.configuration,
                layers: layers
            )
        case .ipAdapterPlus(let dimensions, let tokenCount):
            let resampler = try Resampler(
                scope["image_proj"],
                queryCount: tokenCount,
                dimensions: dimensions
            )
            adapter = try ipAdapter(
                .resampler(resampler),
                scope: scope,
                layers: layers,
                width: dimensions.outputWidth
            )
        case .ipAdapter(let embeddingWidth, let tokenCount, let outputWidth):
            let projection = try ImageProjection(
                scope["image_proj"],
                embeddingWidth: embeddingWidth,
                tokenCount: tokenCount,
                outputWidth: outputWidth
            )
            adapter = try ipAdapter(
                .projection(projection),
                scope: scope,
                layers: layers,
                width: outputWidth
            )
        }
        try scope.finish()
        return adapter
    }

    private func ipAdapter(
        _ encoder: SubjectEncoder,
        scope: ParameterScope,
        layers: [CrossAttentionLayer],
        width: Int
    ) throws -> SubjectAdapter {
        let crossAttention = try SubjectCrossAttention(
            ipAdapter: scope["ip_adapter"],
            layers: layers,
            width: width
        )
        return SubjectAdapter(
            encoder: encoder,
            crossAttention: crossAttention,
            parameters: scope.parameters
        )
    }

    /// Writes an adapter of our own kind; the file appears when it is complete.
    package static func write(
        _ adapter: SubjectAdapter,
        metadata: AdapterMetadata,
        storedAs precision: WeightFile.Precision = .float32,
        to path: String
    ) throws {
        let tensors = adapter.parameters.map { ($0.name, $0.tensor.detached) }
        try WeightFile.write(
            Dictionary(uniqueKeysWithValues: tensors),
            storedAs: precision,
            metadata: try metadata.pairs(),
            to: path
        )
    }
}
