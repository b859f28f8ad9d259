internal import CustomContrast
internal import Foundation
internal import Generation
internal import JobQueue
internal import ModelFiles
internal import Requests
internal import StableDiffusion

extension JobContext {
    /// Where a base or an adapter lies, and for one file of weights where its configurations do.
    struct ModelPlace {
        let url: URL
        var configuration: URL?
    }

    /// Loads a base and notes that the job uses it. An adapter that is made for models of another kind is
    /// refused before.
    ///
    /// - Parameter allowsChanges: Whether a registered model's files may differ from what they were.
    func base(
        at location: ArtifactLocation,
        for adapter: ArtifactLocation?,
        allowsChanges: Bool
    ) throws -> BaseModel {
        let place = try model(at: location, allowsChanges: allowsChanges)
        let folder =
            place.url.pathExtension == "safetensors"
            ? try ModelFolder(checkpoint: place.url, configuredBy: place.configuration)
            : try ModelFolder(place.url)
        if let adapter {
            let file = try AdapterFile(
                path: adapterFile(at: adapter, allowsChanges: allowsChanges).path
            )
            try folder.requireFit(of: file, name: location.description)
        }
        let base = try BaseModel(folder, name: location.description)
        try record(base.identity(), as: "base")
        return base
    }

    /// The file of an adapter: itself, or `adapter.safetensors` in a folder.
    func adapterFile(at location: ArtifactLocation, allowsChanges: Bool) throws -> URL {
        if case .job(let id) = location {
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
        if case .folder(let path) = location, try store.model(path) == nil {
            let isFile = path.hasSuffix(".safetensors")
            let file = isFile ? path : "\(path)/adapter.safetensors"
            return try models.file(FileReference(path: file, sha256: nil))
        }
        let url = try model(at: location, allowsChanges: allowsChanges).url
        return url.pathExtension == "safetensors"
            ? url : url.appending(path: "adapter.safetensors")
    }

    /// Notes in the queue what the job uses.
    func record(_ identity: ArtifactIdentity, as role: String) throws {
        try store.record(model: identity.name, sha256: identity.sha256, as: role, of: lease)
    }

    /// Where a model lies. A registered name comes before a folder of that name, and its files have to be
    /// what they were.
    func model(at location: ArtifactLocation, allowsChanges: Bool) throws -> ModelPlace {
        guard case .folder(let name) = location, let row = try store.model(name) else {
            return ModelPlace(url: try self.location(of: location, in: models))
        }
        func place(_ text: String) throws -> URL {
            try self.location(of: ArtifactLocation(text, at: "location of \(name)"), in: models)
        }
        let url = try place(row.location)
        let records = try JSONDecoder().decode([ModelFileRecord].self, from: Data(row.files.utf8))
        if let change = try records.firstChange(in: url, model: name, digests: digests) {
            guard allowsChanges else { throw change }
            warn("\(change) It was allowed.")
        }
        return ModelPlace(url: url, configuration: try row.configuredBy.map(place))
    }
}
