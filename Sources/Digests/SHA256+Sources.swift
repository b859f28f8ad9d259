package import Foundation

extension SHA256 {
    /// The digest of some bytes.
    package static func digest(of bytes: [UInt8]) -> SHA256Digest {
        var hash = SHA256()
        hash.update(bytes.span)
        return hash.finalize()
    }

    /// The digest of a text's UTF-8.
    package static func digest(of text: String) -> SHA256Digest {
        digest(of: Array(text.utf8))
    }

    /// The digest of what a file handle has from here to its end, and how many bytes that is.
    package static func digest(
        reading handle: FileHandle
    ) throws -> (digest: SHA256Digest, byteCount: Int) {
        var hash = SHA256()
        var byteCount = 0
        while let chunk = try handle.read(upToCount: 1 << 20), !chunk.isEmpty {
            hash.update(chunk.span)
            byteCount += chunk.count
        }
        return (hash.finalize(), byteCount)
    }

    /// The digest of a file's content.
    package static func digest(of file: URL) throws -> SHA256Digest {
        let handle = try FileHandle(forReadingFrom: file)
        defer { try? handle.close() }
        return try digest(reading: handle).digest
    }
}
