/// Where something that jobs make and use lies: a base, an adapter, a data set.
package enum ArtifactLocation: Equatable, Sendable, CustomStringConvertible {
    /// A path below the configured root of its sort.
    case folder(String)
    /// A model in the worker's cache of the Hugging Face Hub.
    case huggingFace(HuggingFaceReference)
    /// What the job with this number has made; it has to have succeeded when the request runs.
    case job(Int)

    static let limit = "a path below the configured root, `hf:org/name[@revision]`, or `job:ID`"

    package var description: String {
        switch self {
        case .folder(let path): path
        case .huggingFace(let reference): reference.description
        case .job(let id): "job:\(id)"
        }
    }

    package init(_ text: String, at jsonPath: String) throws(RequestError) {
        if text.hasPrefix("job:") {
            guard let id = Int(text.dropFirst(4)), id > 0 else {
                throw RequestError(
                    path: jsonPath,
                    problem: "expected a job number after \"job:\", found \"\(text.prefix(40))\"; "
                        + "write job:12"
                )
            }
            self = .job(id)
        } else if text.hasPrefix(HuggingFaceReference.prefix) {
            self = .huggingFace(try HuggingFaceReference(text, at: jsonPath))
        } else if let problem = RelativePath.problem(with: text) {
            throw RequestError(path: jsonPath, problem: problem)
        } else {
            self = .folder(text)
        }
    }
}
