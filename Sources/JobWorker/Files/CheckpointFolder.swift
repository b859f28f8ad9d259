package import Digests
package import Foundation
internal import JobQueue

/// A folder that a training can go on from, closed by a list of its files' hashes.
///
/// The list, `SHA256SUMS`, is what `sha256sum --check` reads. Its own hash goes to the database, so one
/// value stands for every byte of the checkpoint.
package struct CheckpointFolder {
    package static let listName = FileList.name

    package let folder: URL

    package init(folder: URL) { self.folder = folder }

    /// Writes the list, makes everything durable, and returns the hash and the size of the whole.
    package func seal() throws -> (sha256: SHA256Digest, byteCount: Int) {
        var lines = ""
        var byteCount = 0
        for path in try DurableFiles.files(below: folder) where path != Self.listName {
            let handle = try FileHandle(forReadingFrom: folder.appending(path: path))
            defer { try? handle.close() }
            let (digest, count) = try SHA256.digest(reading: handle)
            lines += "\(digest)  \(path)\n"
            byteCount += count
        }
        try Data(lines.utf8).write(to: folder.appending(path: Self.listName))
        try DurableFiles.synchronizeAll(below: folder)
        return (SHA256.digest(of: lines), byteCount)
    }

    /// Throws a `CheckpointError` unless every byte is the one that was sealed.
    package func verify(_ expected: SHA256Digest) throws(CheckpointError) {
        guard
            let data = FileManager.default.contents(
                atPath: folder.appending(path: Self.listName).path(percentEncoded: false)
            )
        else {
            throw .incomplete
        }
        let lines = String(decoding: data, as: UTF8.self)
        guard SHA256.digest(of: lines) == expected else { throw .otherList }
        for line in lines.split(separator: "\n") {
            let path = String(line.dropFirst(66))
            let found = try? SHA256.digest(of: folder.appending(path: path))
            guard let found, found.description == line.prefix(64) else {
                throw .otherContent(file: path)
            }
        }
    }
}
