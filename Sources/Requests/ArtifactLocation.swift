/// Where something that jobs make and use lies: a base, an adapter, a data set.
package enum ArtifactLocation: Equatable, Sendable, CustomStringConvertible {
    /// A path below the configured root of its sort.
    case folder(String)
    /// What the job with this number has made; it has to have succeeded when the request runs.
    case job(Int)

    static let limit = "a path below the configured root, or `job:ID`"

    package var description: String {
        switch self {
        case .folder(let path): path
        case .job(let id): "job:\(id)"
        }
    }

    init(_ text: String, at jsonPath: String) throws(RequestError) {
        if text.hasPrefix("job:") {
            guard let id = Int(text.dropFirst(4)), id > 0 else {
                throw RequestError(
                    path: jsonPath,
                    problem: "expected a job number after \"job:\", found \"\(text.prefix(40))\"; "
                        + "write job:12"
                )
            }
            self = .job(id)
        } else if let problem = RelativePath.problem(with: text) {
            throw RequestError(path: jsonPath, problem: problem)
        } else {
            self = .folder(text)
        }
    }
}
