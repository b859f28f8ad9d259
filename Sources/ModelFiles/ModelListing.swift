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
        /// The tensors' shapes by key.
        package let shapes: [String: [Int]]
    }

    /// A part of a model: the weights in one folder, which file of them is read, and what is in it.
    package struct Part: Sendable, Equatable {
        /// The folder's name; empty for a model without parts.
        package let name: String
        /// The file that is read, or the index of the files that are.
        package let file: String
        package let tensorCount: Int
        package let dataTypes: [String]
        package let shapes: [String: [Int]]
    }

    /// The parts, by name.
    package var parts: [Part] {
        let folders = Dictionary(grouping: weights) { weights in
            weights.path.split(separator: "/").dropLast().joined(separator: "/")
        }
        return folders.sorted { $0.key < $1.key }.compactMap { folder, weights in
            part(folder, weights)
        }
    }

    private func part(_ folder: String, _ weights: [Weights]) -> Part? {
        func name(_ path: String) -> String { String(path.split(separator: "/").last ?? "") }
        let prefix = folder.isEmpty ? "" : "\(folder)/"
        let names = Set(
            paths.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
        )
        // An adapter has a name of its own.
        guard let file = WeightFileChoice.best(of: names) ?? weights.first.map({ name($0.path) })
        else { return nil }
        var read = weights.filter { name($0.path) == file }
        if file.hasSuffix(".json"),
            let index = try? SafeTensorsIndex(path: url.appending(path: prefix + file).path)
        {
            read = weights.filter { index.fileNames.contains(name($0.path)) }
        }
        return Part(
            name: folder,
            file: file,
            tensorCount: read.reduce(0) { $0 + $1.tensorCount },
            dataTypes: Set(read.flatMap(\.dataTypes)).sorted(),
            shapes: read.reduce(into: [:]) { $0.merge($1.shapes) { first, _ in first } }
        )
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
                        dataTypes: Set(header.entries.values.map(\.dataType.rawValue)).sorted(),
                        shapes: header.entries.mapValues(\.shape)
                    )
                )
            }
        }
        for path in paths where path.contains(".safetensors.") && path.hasSuffix(".json") {
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
        if !isFolder.boolValue {
            kind = try ModelKind.ofFile(url, keys: headers[""] ?? [:], metadata: metadata)
        } else if paths.contains("model_index.json") {
            kind = try ModelKind.ofFolder(url, headers: headers)
        } else {
            kind = try ModelKind.ofPartFolder(url, headers: headers, metadata: metadata)
        }
    }

    /// The files with sizes and hashes.
    package func records(_ digests: FileDigests) throws -> [ModelFileRecord] {
        try ModelListing.records(of: paths, in: url, digests)
    }

    /// The files of this model that configure one whose weights are in another file: all but the weights, and
    /// those of the image encoder.
    package func configurationRecords(_ digests: FileDigests) throws -> [ModelFileRecord] {
        let read = paths.filter { path in
            !path.contains(".safetensors") || path.hasPrefix("image_encoder/")
        }
        return try ModelListing.records(of: read, in: url, digests, configures: true)
    }

    private static func records(
        of paths: [String],
        in url: URL,
        _ digests: FileDigests,
        configures: Bool? = nil
    ) throws -> [ModelFileRecord] {
        try paths.map { path in
            let (bytes, sha256) = try digests.digest(
                of: path.isEmpty ? url : url.appending(path: path)
            )
            return ModelFileRecord(path: path, bytes: bytes, sha256: sha256, configures: configures)
        }
    }

    /// Configurations and vocabularies that are read where they are.
    static let configurations: Set<String> = [
        "model_index.json", "config.json", "scheduler_config.json", "preprocessor_config.json",
        "tokenizer_config.json", "special_tokens_map.json", "tokenizer.json", "added_tokens.json",
        "vocab.json", "merges.txt",
    ]

    static func paths(below folder: URL) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder.path)
            .filter { path in
                !path.split(separator: "/").contains { $0.hasPrefix(".") }
                    && [".safetensors", ".json", ".txt"].contains(where: path.hasSuffix)
            }
            .sorted()
    }
}
