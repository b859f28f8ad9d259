internal import CLIP
package import CustomContrast
internal import Digests
internal import Foundation
internal import ModelFiles
package import StableDiffusion

extension ModelFolder {
    /// Requires that an adapter is made for models of this kind; reads configurations and the adapter's
    /// header, no weights.
    ///
    /// - Parameter name: What the user calls the model.
    package func requireFit(of adapter: AdapterFile, name: String) throws {
        let image =
            contains(.imageEncoder)
            ? try CLIPVisionConfiguration(
                file: folder(of: .imageEncoder).appending(path: "config.json")
            ) : nil
        let sizes = AdapterFit(
            textWidth: try unetConfiguration().crossAttentionSize,
            imageWidth: image?.width,
            embeddingWidth: image?.projectionWidth
        )
        try adapter.requireFit(sizes, base: name)
    }
}

extension BaseModel {
    /// The base by name and by the content of its UNet.
    package func identity() throws -> ArtifactIdentity {
        ArtifactIdentity(name: name, sha256: try hash(of: .unet))
    }

    /// What adapters of this base say they were trained with.
    package func modelHashes() throws -> (base: String, imageEncoder: String) {
        (try hash(of: .unet), try hash(of: .imageEncoder))
    }

    /// Loads an adapter for this base's UNet; one that was trained with other models is refused, unless it is
    /// to be trained on and only the base is another one of the same kind, or others are allowed.
    package func adapter(
        _ file: AdapterFile,
        trainable: Bool = false,
        allowsOtherModels: Bool = false
    ) throws -> SubjectAdapter {
        try folder.requireFit(of: file, name: name)
        let hashes = try modelHashes()
        try file.check(
            baseHash: trainable || allowsOtherModels ? nil : hashes.base,
            imageEncoderHash: allowsOtherModels ? nil : hashes.imageEncoder,
            canBeAllowed: !trainable
        )
        return try file.adapter(layers: unet.crossAttentionLayers, trainable: trainable)
    }

    /// Whether an adapter says that it was trained with this base.
    package func isBase(of file: AdapterFile) throws -> Bool {
        guard let metadata = file.metadata else { return true }
        return try metadata.baseHash == modelHashes().base
    }

    /// Whether an adapter says that it was trained with this base's image encoder.
    package func hasImageEncoder(of file: AdapterFile) throws -> Bool {
        guard let metadata = file.metadata else { return true }
        return try metadata.imageEncoderHash == modelHashes().imageEncoder
    }

    /// The SHA-256 of a part: of its weight files, one after the other by name.
    private func hash(of part: ModelPart) throws -> String {
        if let known = knownHashes[part] { return known }
        let hash = try computedHash(of: part)
        knownHashes[part] = hash
        return hash
    }

    private func computedHash(of part: ModelPart) throws -> String {
        let digests = try folder.weightFiles(of: part).map {
            try self.digests.digest(of: $0).sha256
        }
        if digests.count == 1 { return digests[0] }
        var joined = SHA256()
        joined.update(Array(digests.joined().utf8).span)
        return joined.finalize().description
    }
}
