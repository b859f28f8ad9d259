package import Digests
package import Foundation

/// Where workers with output roots of their own leave files for one another, by SHA-256.
///
/// Whatever it hands out is held against its digest, so it needs to be no more trusted than a disk. The queue
/// knows which job needs which file (`contrast.use_blobs`), wherever the files lie.
package protocol FileExchange {
    /// Leaves a job's outputs there, or a checkpoint of a step. What is there already is not sent again.
    func publish(_ files: [SharedFile], of lease: Lease, checkpoint step: Int?) throws

    /// Hands the content of this digest over, piece by piece and unchecked.
    func read(_ digest: SHA256Digest, _ body: (_ piece: [UInt8]) throws -> Void) throws

    /// Takes away what no job needs any more.
    func removeUnneeded() throws
}

extension FileExchange {
    /// Writes the content of this digest to a file that appears, checked and durable, as a whole.
    package func fetch(_ digest: SHA256Digest, to file: URL) throws {
        let arrival = try ArrivingFile(at: file)
        var hash = SHA256()
        try read(digest) { piece in
            hash.update(piece.span)
            try arrival.append(piece)
        }
        guard hash.finalize() == digest else { throw ExchangeError.otherContent(digest) }
        try arrival.finish()
    }

    /// Hands a file of this machine over, piece by piece.
    func readPieces(of file: URL, _ body: (_ piece: [UInt8]) throws -> Void) throws {
        let handle: FileHandle
        do {
            handle = try FileHandle(forReadingFrom: file)
        } catch {
            throw ExchangeError.system(operation: "open a file", words: "\(error)")
        }
        defer { try? handle.close() }
        while true {
            let piece: Data?
            do {
                piece = try handle.read(upToCount: 1 << 20)
            } catch {
                throw ExchangeError.system(operation: "read a file", words: "\(error)")
            }
            guard let piece, !piece.isEmpty else { return }
            try body(Array(piece))
        }
    }

    /// The files that the list of this digest names.
    package func list(_ digest: SHA256Digest) throws -> FileList {
        var content: [UInt8] = []
        try read(digest) { content += $0 }
        guard SHA256.digest(of: content) == digest else {
            throw ExchangeError.otherContent(digest)
        }
        guard let list = FileList(String(decoding: content, as: UTF8.self)) else {
            throw ExchangeError.unreadableList(digest)
        }
        return list
    }
}
