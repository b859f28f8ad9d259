package import Digests

/// Files in the queue's own database, in pieces of a mebibyte. It suits adapters and small bases; the setting
/// `max_blob_bytes` says how large a file may be.
package struct DatabaseExchange: FileExchange {
    private let store: PostgresJobStore
    private let reader: Lease?

    /// - Parameter reader: The job that reads; nil reads as somebody who may see the job of a file.
    package init(_ store: PostgresJobStore, reader: Lease?) {
        self.store = store
        self.reader = reader
    }

    package func publish(_ files: [SharedFile], of lease: Lease, checkpoint step: Int?) throws {
        let missing = try store.useBlobs(files, of: lease, checkpoint: step, areStored: true)
        var sent: Set<SHA256Digest> = []
        for file in files where missing.contains(file.sha256) {
            guard sent.insert(file.sha256).inserted else { continue }
            try send(file, of: lease)
        }
    }

    private func send(_ file: SharedFile, of lease: Lease) throws {
        var hash = SHA256()
        var index = 0
        // The last piece makes the file count: it waits until the file is known to be the one that was named.
        var last: [UInt8] = []
        try readPieces(of: file.file) { piece in
            hash.update(piece.span)
            if !last.isEmpty {
                _ = try store.putBlob(last, at: index, of: file, of: lease)
                index += 1
            }
            last = piece
        }
        guard hash.finalize() == file.sha256 else { throw ExchangeError.otherContent(file.sha256) }
        _ = try store.putBlob(last, at: index, of: file, of: lease)
    }

    package func read(
        _ digest: SHA256Digest,
        _ body: (_ piece: [UInt8]) throws -> Void
    ) throws {
        var index = 0
        var read = 0
        while true {
            guard let (byteCount, piece) = try store.blobPiece(digest, at: index, for: reader)
            else { throw ExchangeError.missing(digest) }
            try body(piece)
            read += piece.count
            if read >= byteCount { return }
            index += 1
        }
    }

    package func removeUnneeded() throws {
        while try store.freeBlobs().count >= PostgresJobStore.freedBlobs {}
    }
}
