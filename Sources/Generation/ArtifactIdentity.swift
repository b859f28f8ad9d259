/// A file-backed part of a job, by name and content, never by path.
package struct ArtifactIdentity: Sendable, Equatable {
    /// What the user calls it.
    package let name: String
    /// Lower-case hexadecimal SHA-256 of its weights.
    package let sha256: String

    package init(name: String, sha256: String) {
        self.name = name
        self.sha256 = sha256
    }

    /// The first ten digits, as pictures carry them.
    package var shortHash: String { String(sha256.prefix(10)) }
}
