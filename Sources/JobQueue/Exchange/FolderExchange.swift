package import Digests
package import Foundation

/// Files in a folder that all machines see: `FOLDER/ab/cdef…`.
///
/// A file that nobody needs is moved aside and asked about once more before it goes: a job that counts on it in
/// that moment either sees it away and leaves it there anew, or gets it back.
package struct FolderExchange: FileExchange {
    private let folder: URL
    private let store: PostgresJobStore?

    /// - Parameter store: The queue that knows who needs what; nil only reads.
    package init(_ folder: URL, store: PostgresJobStore?) {
        self.folder = folder
        self.store = store
    }

    package func publish(_ files: [SharedFile], of lease: Lease, checkpoint step: Int?) throws {
        try requireMount()
        _ = try store?.useBlobs(files, of: lease, checkpoint: step, areStored: false)
        for file in files {
            let place = place(of: file.sha256)
            if FileManager.default.fileExists(atPath: place.path(percentEncoded: false)) {
                continue
            }
            let arrival = try ArrivingFile(at: place)
            var hash = SHA256()
            try readPieces(of: file.file) { piece in
                hash.update(piece.span)
                try arrival.append(piece)
            }
            guard hash.finalize() == file.sha256 else {
                throw ExchangeError.otherContent(file.sha256)
            }
            try arrival.finish()
        }
    }

    package func read(
        _ digest: SHA256Digest,
        _ body: (_ piece: [UInt8]) throws -> Void
    ) throws {
        let place = place(of: digest)
        for file in [place, aside(place)]
        where FileManager.default.fileExists(atPath: file.path(percentEncoded: false)) {
            return try readPieces(of: file, body)
        }
        if store != nil { try requireMount() }
        throw ExchangeError.missing(digest)
    }

    package func removeUnneeded() throws {
        guard let store else { return }
        while true {
            let free = try store.freeBlobs()
            for digest in free {
                let place = place(of: digest)
                // Another worker may be at it.
                try? FileManager.default.moveItem(at: place, to: aside(place))
            }
            let used = try store.usedBlobs(free)
            for digest in free {
                let place = place(of: digest)
                if used.contains(digest) {
                    try? FileManager.default.moveItem(at: aside(place), to: place)
                } else {
                    try? FileManager.default.removeItem(at: aside(place))
                }
            }
            if free.count < PostgresJobStore.freedBlobs { return }
        }
    }

    private func place(of digest: SHA256Digest) -> URL {
        let name = digest.description
        return folder.appending(path: "\(name.prefix(2))/\(name.dropFirst(2))")
    }

    private func aside(_ place: URL) -> URL { place.appendingPathExtension("unneeded") }

    /// Throws where the folder is the empty place of a share that is away.
    private func requireMount() throws(ExchangeError) {
        let mark = folder.appending(path: ".contrast-queue").path(percentEncoded: false)
        guard FileManager.default.fileExists(atPath: mark) else { throw .notMounted }
    }
}
