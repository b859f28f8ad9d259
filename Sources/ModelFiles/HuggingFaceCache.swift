package import Foundation
package import Requests

/// The local cache of the Hugging Face Hub, `models--org--name/{blobs,refs,snapshots}`. It is only read.
package struct HuggingFaceCache: Sendable {
    private let root: URL

    package init(_ root: URL) { self.root = root }

    /// Where the Hub's own programs keep the cache: `HF_HUB_CACHE`, `HF_HOME/hub`, `~/.cache/huggingface/hub`.
    package static func defaultFolder(environment: [String: String]) -> URL {
        func folder(_ key: String) -> URL? {
            guard let path = environment[key], !path.isEmpty else { return nil }
            return URL(filePath: path, directoryHint: .isDirectory)
        }
        if let cache = folder("HF_HUB_CACHE") { return cache }
        let home =
            folder("HF_HOME")
            ?? (folder("XDG_CACHE_HOME")
            ?? (folder("HOME") ?? URL(filePath: "/")).appending(path: ".cache"))
            .appending(path: "huggingface")
        return home.appending(path: "hub", directoryHint: .isDirectory)
    }

    /// Where the files of a reference lie. Every one of them has to be there and to stay in the cache.
    package func location(of reference: HuggingFaceReference) throws(HuggingFaceCacheError) -> URL {
        let repository = root.appending(path: reference.folderName)
        let revision = reference.revision ?? "main"
        func isThere(_ url: URL) -> Bool { FileManager.default.fileExists(atPath: url.path) }
        guard isThere(repository) else {
            throw refusal(reference, .noRepository(found: names(in: root)))
        }
        let note = repository.appending(path: "refs").appending(path: revision)
        let commit = (try? String(contentsOf: note, encoding: .utf8))?
            .trimmingCharacters(in: .whitespacesAndNewlines)
        let snapshots = repository.appending(path: "snapshots")
        guard
            let snapshot = [commit, revision].compactMap(\.self).map({
                snapshots.appending(path: $0, directoryHint: .isDirectory)
            }).first(where: isThere)
        else {
            throw refusal(
                reference,
                .noRevision(
                    revision,
                    refs: names(in: repository.appending(path: "refs")),
                    snapshots: names(in: snapshots)
                )
            )
        }
        guard let path = reference.path else {
            try check(snapshot, reference)
            return snapshot
        }
        let file = snapshot.appending(path: path)
        guard isThere(file) else {
            throw refusal(reference, .noFile(path, found: names(in: snapshot)))
        }
        try check(file, reference)
        return file
    }

    /// Follows every link to its blob.
    private func check(
        _ url: URL,
        _ reference: HuggingFaceReference
    ) throws(HuggingFaceCacheError) {
        let own = root.resolvingSymlinksInPath().path + "/"
        let below = (try? FileManager.default.subpathsOfDirectory(atPath: url.path)) ?? []
        for path in [""] + below {
            let file = path.isEmpty ? url : url.appending(path: path)
            guard FileManager.default.fileExists(atPath: file.path) else {
                throw refusal(reference, .incomplete(path))
            }
            guard (file.resolvingSymlinksInPath().path + "/").hasPrefix(own) else {
                throw refusal(reference, .outside(path.isEmpty ? file.lastPathComponent : path))
            }
        }
    }

    private func names(in folder: URL) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
    }

    private func refusal(
        _ reference: HuggingFaceReference,
        _ reason: HuggingFaceCacheError.Reason
    ) -> HuggingFaceCacheError {
        HuggingFaceCacheError(reference: reference, reason: reason)
    }
}
