/// A file that a request reads: by its path below the input root, by its content, or by both.
package struct FileReference: Equatable, Sendable {
    /// Path below the input root; nil when the content alone names the file.
    package let path: String?
    /// Lower-case hexadecimal SHA-256 of the content; when a path is given too, the file must match it.
    package let sha256: String?

    static let limit =
        "a path below the input root, or `{\"sha256\": \"…64 hex digits…\"}`, or both in one object"

    package init(path: String?, sha256: String? = nil) {
        precondition(path != nil || sha256 != nil, "a file reference needs a path or a hash")
        self.path = path
        self.sha256 = sha256
    }

    /// The path where the file lies below the input root: `sha256/ab/abcdef…` for content alone.
    package var relativePath: String {
        if let path { return path }
        let hash = sha256 ?? ""
        return "sha256/\(hash.prefix(2))/\(hash)"
    }

    init(_ value: JSONValue, at jsonPath: String) throws(RequestError) {
        switch value {
        case .string(let path):
            try self.init(path: path, sha256: nil, at: jsonPath)
        case .object(let members):
            for name in members.keys.sorted() where name != "path" && name != "sha256" {
                throw RequestError(
                    path: "\(jsonPath).\(name)",
                    problem: "expected \"path\" or \"sha256\", found \"\(name)\"; remove it"
                )
            }
            try self.init(
                path: try Self.text(members["path"], at: "\(jsonPath).path"),
                sha256: try Self.text(members["sha256"], at: "\(jsonPath).sha256"),
                at: jsonPath
            )
        default:
            throw RequestError(
                path: jsonPath,
                problem: "expected \(Self.limit.replacing("`", with: "")), found \(value.summary)"
            )
        }
    }

    private init(path: String?, sha256: String?, at jsonPath: String) throws(RequestError) {
        guard path != nil || sha256 != nil else {
            throw RequestError(
                path: jsonPath,
                problem: "expected \"path\" or \"sha256\", found neither; give one of them"
            )
        }
        if let path, let problem = RelativePath.problem(with: path) {
            throw RequestError(path: jsonPath, problem: problem)
        }
        if let sha256, sha256.count != 64 || !sha256.allSatisfy({ $0.isHexDigit && $0.isASCII }) {
            throw RequestError(
                path: "\(jsonPath).sha256",
                problem: "expected 64 hexadecimal digits, found \(sha256.count) characters; "
                    + "copy the output of sha256sum"
            )
        }
        self.path = path
        self.sha256 = sha256?.lowercased()
    }

    private static func text(
        _ value: JSONValue?,
        at jsonPath: String
    ) throws(RequestError) -> String? {
        switch value {
        case nil, .null?: return nil
        case .string(let text)?: return text
        case let other?:
            throw RequestError(
                path: jsonPath,
                problem: "expected a string, found \(other.summary); put it in quotes"
            )
        }
    }
}
