package import Layers
package import StableDiffusion
internal import Tensors

/// An adapter's safetensors file: our own, an IP-Adapter or an IP-Adapter-plus.
package struct AdapterFile {
    /// What the file holds.
    package let design: AdapterDesign
    /// What the file says about its training; `nil` for an IP-Adapter of somebody else.
    package let metadata: AdapterMetadata?
    /// The file's path.
    package let path: String
    private let weights: SafeTensorsWeights

    /// Opens a file and finds out what it is.
    package init(path: String) throws {
        self.path = path
        weights = try SafeTensorsWeights(file: path)
        metadata = try AdapterMetadata(weights.metadata, path: path)
        if let configuration = metadata?.configuration {
            design = .customContrast(configuration)
        } else if let found = AdapterDesign(ipAdapter: weights) {
            design = found
        } else {
            throw AdapterError.unknownKind(path: path)
        }
    }

    /// How many values the file's tensors have.
    package var valueCount: Int {
        weights.keys.reduce(0) { $0 + (weights.shape(of: $1) ?? []).reduce(1, *) }
    }

    /// Requires that an adapter of this program meets the models it was trained with; published
    /// IP-Adapters do not say which those were.
    ///
    /// - Parameters:
    ///   - baseHash: `nil` where the adapter is trained on and may get to know another base.
    ///   - canBeAllowed: Whether the job could allow other models.
    package func check(
        baseHash: String?,
        imageEncoderHash: String?,
        canBeAllowed: Bool = true
    ) throws(AdapterError) {
        guard let metadata else { return }
        for (part, expected, found) in [
            ("base model", metadata.baseHash, baseHash ?? metadata.baseHash),
            (
                "image encoder", metadata.imageEncoderHash,
                imageEncoderHash ?? metadata.imageEncoderHash
            ),
        ] where expected != found {
            throw .otherModel(
                part: part,
                expected: expected,
                found: found,
                path: path,
                canBeAllowed: canBeAllowed
            )
        }
    }

    /// Loads the adapter for a UNet with these cross-attention layers, in execution order. Every tensor
    /// of the file has to find its place.
    package func adapter(
        layers: [CrossAttentionLayer],
        trainable: Bool = false
    ) throws -> SubjectAdapter {
        let scope = ParameterScope.loading(from: weights, trainable: trainable)
        let adapter = try SubjectAdapter(scope, design: design, layers: layers)
        try scope.finish()
        return adapter
    }

    /// Writes an adapter, an IP-Adapter in the layout of the published ones; the file appears when it is
    /// complete.
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
