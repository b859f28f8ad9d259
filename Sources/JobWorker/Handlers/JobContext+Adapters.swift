internal import CustomContrast
internal import Foundation
internal import Generation
internal import ModelFiles

extension JobContext {
    /// An adapter before it is loaded: its file is open, its weights are not read.
    struct FoundAdapter {
        /// What it is called.
        let name: String
        let url: URL
        let file: AdapterFile
    }

    /// An adapter and what it is called.
    struct LoadedAdapter {
        let adapter: SubjectAdapter
        let design: AdapterDesign
        let identity: ArtifactIdentity
    }

    /// Loads an adapter for a base and notes that the job uses it; a job that uses it with other models than it was
    /// trained with, where that is allowed, is told so.
    func load(
        _ found: FoundAdapter,
        for base: BaseModel,
        trainable: Bool = false,
        allowsOtherModels: Bool = false
    ) throws -> LoadedAdapter {
        let adapter = try base.adapter(
            found.file,
            trainable: trainable,
            allowsOtherModels: allowsOtherModels
        )
        let isOther = try !base.isBase(of: found.file)
        if isOther, trainable {
            warn(
                "the adapter \(found.name) was trained with another base; it goes on from there with "
                    + "\(base.name)"
            )
        } else if allowsOtherModels, try isOther || !base.hasImageEncoder(of: found.file) {
            warn(
                "the adapter \(found.name) was trained with another \(isOther ? "base" : "image encoder") than "
                    + "that of \(base.name); it was allowed"
            )
        }
        let identity = ArtifactIdentity(
            name: found.name,
            sha256: try digests.digest(of: found.url).sha256
        )
        try record(identity, as: "adapter")
        return LoadedAdapter(adapter: adapter, design: found.file.design, identity: identity)
    }
}
