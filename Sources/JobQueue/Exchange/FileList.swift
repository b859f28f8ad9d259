package import Digests
package import Foundation

/// The files of a folder and their hashes, as `sha256sum` writes them: one digest stands for the whole folder.
package struct FileList: Sendable, Equatable {
    /// What the file with the list is called in its folder.
    package static let name = "SHA256SUMS"

    /// One file.
    package struct Entry: Sendable, Equatable {
        package let sha256: SHA256Digest
        /// Below the folder of the list, without `..`.
        package let path: String
    }

    package let entries: [Entry]

    /// Reads a list; nil where a line is something else, or names a file outside the list's folder.
    package init?(_ text: String) {
        var entries: [Entry] = []
        for line in text.split(separator: "\n") {
            let path = String(line.dropFirst(66))
            guard line.dropFirst(64).hasPrefix("  "),
                let digest = SHA256Digest(hexadecimal: line.prefix(64)),
                Self.isInside(path)
            else { return nil }
            entries.append(Entry(sha256: digest, path: path))
        }
        self.entries = entries
    }

    /// The files of the list in a folder, as an exchange takes them.
    package func files(in folder: URL) throws -> [SharedFile] {
        try entries.map { entry in
            let file = folder.appending(path: entry.path)
            let values = try file.resourceValues(forKeys: [.fileSizeKey])
            return SharedFile(sha256: entry.sha256, byteCount: values.fileSize ?? 0, file: file)
        }
    }

    /// Whether a path leads from a folder to something in it, whatever the folder.
    package static func isInside(_ path: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return parts.allSatisfy { !["", ".", ".."].contains($0) } && !path.contains("\0")
    }
}
