/// A file of a model as it was when the model was registered.
package struct ModelFileRecord: Sendable, Equatable, Codable {
    /// Below the model's folder; empty for a model that is one file.
    package let path: String
    /// Bytes.
    package let bytes: Int
    /// Lower-case hexadecimal SHA-256.
    package let sha256: String

    package init(path: String, bytes: Int, sha256: String) {
        self.path = path
        self.bytes = bytes
        self.sha256 = sha256
    }
}
