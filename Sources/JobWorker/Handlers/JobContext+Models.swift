internal import CustomContrast
internal import Foundation
internal import Generation
internal import JobQueue
internal import ModelFiles
internal import Requests
internal import StableDiffusion
internal import Tensors

extension JobContext {
    /// Where a base or an adapter lies, and for one file of weights where its configurations do.
    struct ModelPlace {
        let url: URL
        var configuration: URL?
    }

    /// A base before it is loaded: its configurations are known, its weights are not read.
    struct FoundBase {
        let folder: ModelFolder
        let place: BaseShelf.Place
    }

    /// Finds a base. An adapter that is made for models of another kind is refused.
    ///
    /// - Parameters:
    ///   - imageEncoder: An image encoder in place of the base's own.
    ///   - allowsChanges: Whether a registered model's files may differ from what they were.
    ///   - precision: Numbers that its matrix products will take.
    func findBase(
        at location: ArtifactLocation,
        imageEncoder: ArtifactLocation? = nil,
        for adapter: FoundAdapter?,
        allowsChanges: Bool,
        precision: ArithmeticPrecision = .float32
    ) throws -> FoundBase {
        let place = try model(at: location, allowsChanges: allowsChanges)
        var folder =
            place.url.pathExtension == "safetensors"
            ? try ModelFolder(checkpoint: place.url, configuredBy: place.configuration)
            : try ModelFolder(place.url)
        let encoder = try imageEncoder.map { try model(at: $0, allowsChanges: allowsChanges).url }
        if let encoder { folder = try folder.with(imageEncoder: encoder) }
        let name = location.description
        if let adapter { try folder.requireFit(of: adapter.file, name: name) }
        return FoundBase(
            folder: folder,
            place: try BaseShelf.Place(
                name: name,
                weights: place.url,
                configuration: place.configuration,
                imageEncoder: encoder,
                precision: precision
            )
        )
    }

    /// Loads a base, unless the worker has it from the job before, and notes that the job uses it.
    func load(_ found: FoundBase) throws -> BaseModel {
        let (base, wasKept) = try bases.base(at: found.place) {
            try BaseModel(
                found.folder,
                name: found.place.name,
                precision: ProductPrecision(found.place.precision),
                digests: digests
            )
        }
        log(
            wasKept
                ? "The base \(base.name) is in memory from the job before."
                : "Weights: \(try found.folder.weightsInWords())."
        )
        try record(base.identity(), as: "base")
        return base
    }

    /// The file of an adapter: itself, or `adapter.safetensors` in a folder.
    private func adapterFile(at location: ArtifactLocation, allowsChanges: Bool) throws -> URL {
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
            return hold(try models.file(FileReference(path: file, sha256: nil)), named: file)
        }
        let url = try model(at: location, allowsChanges: allowsChanges).url
        return url.pathExtension == "safetensors"
            ? url : url.appending(path: "adapter.safetensors")
    }

    /// Finds an adapter and reads what its file says about itself.
    func findAdapter(at location: ArtifactLocation, allowsChanges: Bool) throws -> FoundAdapter {
        let url = try adapterFile(at: location, allowsChanges: allowsChanges)
        return FoundAdapter(
            name: location.description,
            url: url,
            file: try AdapterFile(path: url.path)
        )
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
        let configuration = try row.configuredBy.map(place)
        let change =
            try records.own.firstChange(in: url, model: name, digests: digests)
            ?? configuration.flatMap {
                try records.configurations.firstChange(in: $0, model: name, digests: digests)
            }
        if let change {
            guard allowsChanges else { throw change }
            warn("\(change) It was allowed.")
        }
        return ModelPlace(url: url, configuration: configuration)
    }
}
