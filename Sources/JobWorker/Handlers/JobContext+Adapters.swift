internal import CustomContrast
internal import Digests
internal import Foundation
internal import Generation
internal import JobQueue
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
        let url = try adapterFile(at: location)
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

    private func adapterFile(at location: ArtifactLocation) throws -> URL {
        switch location {
        case .folder(let path):
            let isFile = path.hasSuffix(".safetensors")
            let file = isFile ? path : "\(path)/adapter.safetensors"
            return try models.file(FileReference(path: file, sha256: nil))
        case .job(let id):
            guard let adapter = try artifacts(of: id).first(where: { $0.role == "adapter" }) else {
                throw JobFailure(
                    .permanent,
                    stage: "find inputs",
                    text: "expected an adapter among the outputs of job \(id), found none; "
                        + "name the train job that made it."
                )
            }
            return adapter.file
        }
    }
}
