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

    /// Loads an adapter for a base and notes that the job uses it; a training that starts from another base's is
    /// told so.
    func load(
        _ found: FoundAdapter,
        for base: BaseModel,
        trainable: Bool = false
    ) throws -> LoadedAdapter {
        let adapter = try base.adapter(found.file, trainable: trainable)
        if try trainable && !base.isBase(of: found.file) {
            warn(
                "the adapter \(found.name) was trained with another base; it goes on from there with "
                    + "\(base.name)"
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
