internal import Digests
internal import Foundation
internal import Generation
internal import ModelFiles
internal import Requests
internal import SmallWorld
internal import StableDiffusion

/// The folder of a base model while one of its parts is being trained; published whole at the end.
struct BaseDraft {
    /// Where the draft lies.
    let url: URL

    /// Copies the base a request starts from, or begins with the small world's configurations.
    init(_ request: PretrainingRequest, in context: JobContext) throws {
        url = context.workspace.folder.appending(path: "base", directoryHint: .isDirectory)
        let files = FileManager.default
        if files.fileExists(atPath: url.path) { try files.removeItem(at: url) }
        guard let base = request.base else {
            try SmallWorldModel.writeBase(to: url)
            return
        }
        let source = try context.model(
            at: base,
            allowsChanges: request.allowsChangedModels
        ).url
        try files.createDirectory(at: url, withIntermediateDirectories: true)
        for name in ["model_index.json"] + ModelPart.allCases.map(\.rawValue) + [
            "feature_extractor"
        ] {
            let part = source.appending(path: name)
            guard files.fileExists(atPath: part.path) else { continue }
            try files.copyItem(at: part, to: url.appending(path: name))
        }
        try context.record(
            ArtifactIdentity(name: base.description, sha256: weightsHash(context)),
            as: "start"
        )
    }

    /// The SHA-256 of the SHA-256s of all weight files, by path.
    private func weightsHash(_ context: JobContext) throws -> String {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: url.path).sorted()
        var joined = SHA256()
        for path in paths where path.hasSuffix(".safetensors") {
            let digest = try context.digests.digest(of: url.appending(path: path)).sha256
            joined.update(Array(digest.utf8).span)
        }
        return joined.finalize().description
    }

    /// The draft as a model.
    var folder: ModelFolder {
        get throws { try ModelFolder(url) }
    }

    /// Where a part's file lies.
    func file(_ part: ModelPart, _ name: String) -> URL {
        url.appending(path: part.rawValue).appending(path: name)
    }

    /// Publishes every file.
    func publish(in context: JobContext) throws {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: url.path).sorted()
        for path in paths {
            let source = url.appending(path: path)
            guard !source.hasDirectoryPath, !isFolder(source) else { continue }
            let isWeights = path.hasSuffix(".safetensors")
            let output = PipelineOutput(
                role: isWeights ? "weights" : "configuration",
                path: path,
                mediaType: isWeights ? "application/octet-stream" : "application/json"
            )
            try context.addOutput(output) { file in
                try FileManager.default.copyItem(at: source, to: file)
            }
        }
    }

    private func isFolder(_ url: URL) -> Bool {
        var isFolder: ObjCBool = false
        _ = unsafe FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
        return isFolder.boolValue
    }
}
