package import Foundation

/// A file of a registered model is not what it was.
package struct ChangedModelError: Error, Equatable, Sendable {
    /// The model's registered name.
    package let model: String
    /// The file, below the model's folder.
    package let path: String
    /// What was found: `nothing`, or the start of another hash.
    package let found: String
    /// The start of the registered hash.
    package let expected: String
}

extension ChangedModelError: CustomStringConvertible {
    package var description: String {
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
        return nil
    }
}
