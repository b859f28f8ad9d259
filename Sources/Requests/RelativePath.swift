/// The rule for paths in requests: they go down from a configured root, and never out of it.
package enum RelativePath {
    /// Longest path that is accepted, in bytes.
    static let maximumLength = 1024

    /// What is wrong with `path`, or nil. Symbolic links are judged where the file is opened.
    package static func problem(with path: String) -> String? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        if path.isEmpty { return "expected a relative path, found an empty string; name a file" }
        if path.utf8.count > maximumLength {
            return
                "expected at most \(maximumLength) bytes, found \(path.utf8.count); shorten the path"
        }
        if path.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) {
            return "expected a relative path, found a control character in it; remove it"
        }
        if path.hasPrefix("/") {
            return "expected a path relative to the configured root, found an absolute one; "
                + "leave the root out"
        }
        if parts.contains("..") {
            return
                "expected a path below the configured root, found \"..\" in it; name it from the root"
        }
        if parts.contains("") || parts.contains(".") {
            return
                "expected a plain relative path, found an empty or \".\" part in it; remove that part"
        }
        return nil
    }
}
