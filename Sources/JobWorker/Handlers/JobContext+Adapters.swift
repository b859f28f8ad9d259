internal import CustomContrast
internal import Foundation
internal import Generation
internal import JobQueue
internal import ModelFiles
internal import Requests

extension JobContext {
    /// An adapter and what it is called.
    struct LoadedAdapter {
        let adapter: SubjectAdapter
        let design: AdapterDesign
        let identity: ArtifactIdentity
    }

    /// Loads the adapter at a location: a file, a folder with `adapter.safetensors`, or a train job.
    func adapter(
        at location: ArtifactLocation,
        for base: BaseModel,
        trainable: Bool = false,
        allowsChanges: Bool
    ) throws -> LoadedAdapter {
        let url = try adapterFile(at: location, allowsChanges: allowsChanges)
        let file = try AdapterFile(path: url.path)
        let adapter = try base.adapter(file, trainable: trainable)
        let identity = ArtifactIdentity(
            name: location.description,
            sha256: try digests.digest(of: url).sha256
        )
        try record(identity, as: "adapter")
        return LoadedAdapter(adapter: adapter, design: file.design, identity: identity)
    }
}
