/// A file of a model as it was when the model was registered.
package struct ModelFileRecord: Sendable, Equatable, Codable {
    /// Below the model's folder; empty for a model that is one file.
    package let path: String
    /// Bytes.
    package let bytes: Int
    /// Lower-case hexadecimal SHA-256.
    package let sha256: String
    /// Whether it lies in the folder that configures a model in one file; nil and false are the same.
    package let configures: Bool?

    package init(path: String, bytes: Int, sha256: String, configures: Bool? = nil) {
        self.path = path
        self.bytes = bytes
        self.sha256 = sha256
        self.configures = configures
    }
}

extension [ModelFileRecord] {
    /// The model's own files.
    package var own: [ModelFileRecord] { filter { $0.configures != true } }

    /// The files of the folder that configures a model in one file.
    package var configurations: [ModelFileRecord] { filter { $0.configures == true } }
}
