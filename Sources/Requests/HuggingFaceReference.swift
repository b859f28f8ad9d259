/// A model in the local cache of the Hugging Face Hub: `hf:org/name`, `hf:org/name@revision`, and a file
/// or a folder in it after another slash. The cache is only read; nothing is ever downloaded.
package struct HuggingFaceReference: Equatable, Sendable, CustomStringConvertible {
    static let prefix = "hf:"

    /// The repository: `org/name`.
    package let repository: String
    /// A branch, a tag or a commit; nil for the branch `main`.
    package let revision: String?
    /// A file or folder in the repository; nil for all of it.
    package let path: String?

    package var description: String {
        Self.prefix + repository + (revision.map { "@\($0)" } ?? "") + (path.map { "/\($0)" } ?? "")
    }

    /// The repository's folder in the cache.
    package var folderName: String { "models--" + repository.replacing("/", with: "--") }

    /// Reads a text that begins with `hf:`.
    package init(_ text: String, at jsonPath: String) throws(RequestError) {
        let parts = text.dropFirst(Self.prefix.count)
            .split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        let name =
            parts.dropFirst().first?
            .split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false) ?? []
        guard parts.count >= 2, ([parts[0]] + name).allSatisfy(Self.isWord) else {
            throw RequestError(
                path: jsonPath,
                problem: "expected hf:org/name or hf:org/name@revision, found "
                    + "\"\(text.prefix(80))\"; write it as the Hub has it"
            )
        }
        let path = parts.count == 3 ? String(parts[2]) : nil
        if let path, let problem = RelativePath.problem(with: path) {
            throw RequestError(path: jsonPath, problem: problem)
        }
        repository = "\(parts[0])/\(name[0])"
        revision = name.count == 2 ? String(name[1]) : nil
        self.path = path
    }

    /// Whether a text may be a name on the Hub, and cannot lead elsewhere as part of a path.
    private static func isWord(_ text: Substring) -> Bool {
        !text.isEmpty && text != "." && text != ".."
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
    }
}
