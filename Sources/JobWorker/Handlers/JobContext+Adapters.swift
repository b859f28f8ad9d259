internal import CustomContrast
internal import Digests
internal import Foundation
internal import Generation
internal import Requests

extension JobContext {
    /// An adapter and what it is called.
    struct LoadedAdapter {
        let adapter: SubjectAdapter
        let kind: AdapterFile.Kind
        let identity: ArtifactIdentity
    }

    /// Loads the adapter at a location: a file, a folder with `adapter.safetensors`, or a train job.
    func adapter(
        at location: ArtifactLocation,
        for base: BaseModel,
        trainable: Bool = false
    ) throws -> LoadedAdapter {
        var url = try self.location(of: location, in: models)
        if !url.path.hasSuffix(".safetensors") { url = url.appending(path: "adapter.safetensors") }
        let file = try AdapterFile(path: url.path)
        let handle = try FileHandle(forReadingFrom: url)
        defer { try? handle.close() }
        return LoadedAdapter(
            adapter: try base.adapter(file, trainable: trainable),
            kind: file.kind,
            identity: ArtifactIdentity(
                name: location.description,
                sha256: try SHA256.digest(reading: handle).digest.description
            )
        )
    }
}
