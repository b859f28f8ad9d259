package import Foundation
internal import SafeTensors

/// A file of a registered model is not what it was.
package struct ChangedModelError: Error, Equatable, Sendable {
    /// The model's registered name.
    package let model: String
    /// The file, below the model's folder.
    package let path: String
    /// What was found: `nothing`, or the start of another hash.
    package let found: String
    /// The start of the registered hash; nil for a file that was not there then.
    package let expected: String?
}

extension ChangedModelError: CustomStringConvertible {
    package var description: String {
        guard let expected else {
            return
                "expected the model \(model) to have the files it was registered with, found \"\(path)\" too, "
                + "which would be read; remove it, register the model again with contrastctl model add "
                + "--replace, or write \"allow_changed_models\": true."
        }
        return
            "expected \(path.isEmpty ? "the file" : "\"\(path)\"") of the model \(model) to have the sha256 "
            + "\(expected)… it was registered with, found \(found); restore it, register it again with "
            + "contrastctl model add --replace, or write \"allow_changed_models\": true."
    }
}

extension [ModelFileRecord] {
    /// The first file of a registered model that is not what it was; nil if all are.
    package func firstChange(
        in url: URL,
        model: String,
        digests: FileDigests
    ) throws -> ChangedModelError? {
        for record in self {
            let file = record.path.isEmpty ? url : url.appending(path: record.path)
            func change(_ found: String) -> ChangedModelError {
                ChangedModelError(
                    model: model,
                    path: record.path,
                    found: found,
                    expected: String(record.sha256.prefix(12))
                )
            }
            guard FileManager.default.fileExists(atPath: file.path) else {
                return change("nothing there")
            }
            let (_, sha256) = try digests.digest(of: file)
            if sha256 != record.sha256 { return change("\(sha256.prefix(12))…") }
        }
        guard let path = try firstAddition(in: url) else { return nil }
        return ChangedModelError(model: model, path: path, found: "a new file", expected: nil)
    }

    /// The first file that was not there when the model was registered and would be read: a configuration,
    /// or weights that come before the registered ones.
    private func firstAddition(in url: URL) throws -> String? {
        guard !contains(where: \.path.isEmpty) else { return nil }
        let known = Set(map(\.path))
        // A record by hand may name some of the files only; then the others are nobody's concern.
        let isWhole = contains {
            ModelListing.configurations.contains(String($0.path.dropFirst($0.path.folder.count)))
        }
        let now = try ModelListing.paths(below: url)
        func names(_ paths: some Sequence<String>, in folder: Substring) -> Set<String> {
            Set(paths.filter { $0.folder == folder }.map { String($0.dropFirst(folder.count)) })
        }
        return now.first { path in
            guard !known.contains(path) else { return false }
            let name = String(path.dropFirst(path.folder.count))
            guard path.contains(".safetensors") else {
                return isWhole && ModelListing.configurations.contains(name)
            }
            guard isWhole || known.contains(where: { $0.folder == path.folder }) else {
                return false
            }
            // Beside the configurations of a model in one file, only the image encoder's weights are read.
            if own.isEmpty, !path.hasPrefix("image_encoder/") { return false }
            return WeightFileChoice.best(of: names(now, in: path.folder)) == name
        }
    }
}

extension String {
    /// A path up to its last slash, which is part of it.
    fileprivate var folder: Substring {
        prefix(upTo: lastIndex(of: "/").map(index(after:)) ?? startIndex)
    }
}
