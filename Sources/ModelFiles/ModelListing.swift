package import Foundation
internal import SafeTensors

/// What lies in a model's folder or file, found without loading a weight.
package struct ModelListing: Sendable {
    /// A file of weights, as its header describes it.
    package struct Weights: Sendable, Equatable {
        /// Below the model's folder; empty for a model that is one file.
        package let path: String
        package let tensorCount: Int
        /// The element types, sorted.
        package let dataTypes: [String]
    }

    /// Where the model lies.
    package let url: URL
    /// The kind of model, in words.
    package let kind: String
    /// The files of weights, by path.
    package let weights: [Weights]
    /// All files that count: weights, configurations and vocabularies, by path.
    package let paths: [String]

    /// Lists a model and checks what headers and indexes can tell.
    ///
    /// - Throws: `ModelListingError` or `SafeTensorsError`, one sentence that names the file.
    package init(of url: URL) throws {
        self.url = url
        var isFolder: ObjCBool = false
        guard unsafe FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
        else { throw ModelListingError.missing(url.path) }
        paths = isFolder.boolValue ? try Self.paths(below: url) : [""]
        var found: [Weights] = []
        var headers: [String: [String: [Int]]] = [:]
        var metadata: [String: String] = [:]
        for path in paths {
            let file = path.isEmpty ? url : url.appending(path: path)
            if path.isEmpty || path.hasSuffix(".safetensors") {
                let header = try SafeTensorsFile(path: file.path).header
                headers[path] = header.entries.mapValues(\.shape)
                metadata.merge(header.metadata) { first, _ in first }
                found.append(
                    Weights(
                        path: path,
                        tensorCount: header.entries.count,
                        dataTypes: Set(header.entries.values.map(\.dataType.rawValue)).sorted()
                    )
                )
            }
        }
        for path in paths where path.contains(".safetensors.index.") {
            let folder = path.split(separator: "/").dropLast().joined(separator: "/")
            let index = try SafeTensorsIndex(path: url.appending(path: path).path)
            for name in index.fileNames {
                let shard = folder.isEmpty ? name : "\(folder)/\(name)"
                guard let keys = headers[shard]?.keys else {
                    throw ModelListingError.missing(url.appending(path: shard).path)
                }
                try index.check(keys, ofFile: name, indexPath: url.appending(path: path).path)
            }
        }
        weights = found
        kind =
            isFolder.boolValue
            ? try ModelKind.ofFolder(url, headers: headers)
            : try ModelKind.ofFile(url, keys: headers[""] ?? [:], metadata: metadata)
    }

    /// The files with sizes and hashes.
    package func records(_ digests: FileDigests) throws -> [ModelFileRecord] {
        try paths.map { path in
            let (bytes, sha256) = try digests.digest(
                of: path.isEmpty ? url : url.appending(path: path)
            )
            return ModelFileRecord(path: path, bytes: bytes, sha256: sha256)
        }
    }

    private static func paths(below folder: URL) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder.path)
            .filter { path in
                !path.split(separator: "/").contains { $0.hasPrefix(".") }
                    && [".safetensors", ".json", ".txt"].contains(where: path.hasSuffix)
            }
            .sorted()
    }
}
