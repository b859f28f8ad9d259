package import Requests

/// Why a model is not taken from the Hugging Face cache: what was looked for, and what is there instead.
package struct HuggingFaceCacheError: Error, Equatable, Sendable {
    package enum Reason: Equatable, Sendable {
        /// Nothing of the repository is there; `found` lists what is.
        case noRepository(found: [String])
        /// The branch, tag or commit is not.
        case noRevision(String, refs: [String], snapshots: [String])
        /// The snapshot has no such file.
        case noFile(String, found: [String])
        /// A file's content is missing: a download was interrupted, or blobs were removed.
        case incomplete(String)
        /// A link leads out of the cache.
        case outside(String)
    }

    package let reference: HuggingFaceReference
    package let reason: Reason
}

extension HuggingFaceCacheError: CustomStringConvertible {
    package var description: String {
        let folder = reference.folderName
        let remedy =
            "fetch it there with: hf download \(reference.repository)"
            + (reference.revision.map { " --revision \($0)" } ?? "")
        switch reason {
        case .noRepository(let found):
            return
                "expected \(folder) for \(reference) in the Hugging Face cache (CONTRAST_HF_CACHE), found "
                + "\(list(found)); \(remedy), as this program never downloads."
        case .noRevision(let revision, let refs, let snapshots):
            return
                "expected refs/\(revision) or snapshots/\(revision) in \(folder) of the Hugging Face "
                + "cache for \(reference), found refs: \(list(refs)), snapshots: \(list(snapshots)); "
                + "name one of these, or \(remedy)."
        case .noFile(let path, let found):
            return "expected \"\(path)\" in the snapshot of \(reference), found \(list(found)); "
                + "name one of these, or \(remedy)."
        case .incomplete(let path):
            return
                "expected the content of \"\(path)\" of \(reference) in the Hugging Face cache, found a "
                + "link to nothing; \(remedy)."
        case .outside(let path):
            return
                "expected \"\(path)\" of \(reference) to stay in the Hugging Face cache, found a link that "
                + "leads out; \(remedy)."
        }
    }

    /// The first few names, and how many more there are.
    private func list(_ names: [String]) -> String {
        guard !names.isEmpty else { return "nothing" }
        let more = names.count > 6 ? " and \(names.count - 6) more" : ""
        return names.prefix(6).joined(separator: ", ") + more
    }
}
