package import Digests
import Postgres

extension PostgresJobStore {
    /// Files that one call of `freeBlobs` looks at.
    static let freedBlobs = 1000

    /// Notes that a job's outputs (step nil) or a checkpoint of it need these files. Where they are to lie in the
    /// database: returns those that it lacks.
    package func useBlobs(
        _ files: [SharedFile],
        of lease: Lease,
        checkpoint step: Int?,
        areStored: Bool
    ) throws(QueueError) -> Set<SHA256Digest> {
        var missing: Set<SHA256Digest> = []
        for start in stride(from: 0, to: files.count, by: 1000) {
            let some = files[start..<min(start + 1000, files.count)]
            let names = some.map { Self.text($0.sha256) }
            let sizes = some.map(\.byteCount)
            missing.formUnion(
                try digests(
                    """
                    SELECT contrast.use_blobs(\(lease.jobID), \(lease.token), \(step ?? -1), \(names), \(sizes),
                        \(areStored)) AS sha256
                    """
                )
            )
        }
        return missing
    }

    /// Puts the mebibyte of a file at an index into the database, or what is left of it there. Whether the file is
    /// whole now.
    func putBlob(
        _ piece: [UInt8],
        at index: Int,
        of file: SharedFile,
        of lease: Lease
    ) throws(QueueError) -> Bool {
        try readOne(
            """
            SELECT contrast.put_blob(\(lease.jobID), \(lease.token), \(PostgresBytes(file.sha256.bytes)),
                \(file.byteCount), \(index), \(PostgresBytes(piece))) AS whole
            """
        ) { (row) throws(PostgresError) in try row.value("whole") }
    }

    /// The size of a file and its mebibyte at an index; nil where the database has no such file for `reader`, or,
    /// without one, for the session.
    func blobPiece(
        _ digest: SHA256Digest,
        at index: Int,
        for reader: Lease?
    ) throws(QueueError) -> (byteCount: Int, content: [UInt8])? {
        let sha256 = PostgresBytes(digest.bytes)
        let query: PostgresQuery =
            if let reader {
                "SELECT * FROM contrast.get_blob(\(reader.jobID), \(reader.token), \(sha256), \(index))"
            } else {
                "SELECT * FROM contrast.get_blob(\(sha256), \(index))"
            }
        return try read(query) {
            (row) throws(PostgresError) -> (byteCount: Int, content: [UInt8]) in
            let content: PostgresBytes = try row.value("content")
            return (try row.value("bytes"), content.bytes)
        }.first
    }

    /// Of these files those that a job needs.
    func usedBlobs(_ digests: [SHA256Digest]) throws(QueueError) -> Set<SHA256Digest> {
        Set(
            try self.digests(
                "SELECT contrast.used_blobs(\(digests.map(Self.text))) AS sha256"
            )
        )
    }

    /// Takes files out of the database that no job needs any more, and returns them.
    package func freeBlobs() throws(QueueError) -> [SHA256Digest] {
        try digests("SELECT contrast.free_blobs(\(Self.freedBlobs)) AS sha256")
    }

    private func digests(_ query: PostgresQuery) throws(QueueError) -> [SHA256Digest] {
        try read(query) { (row) throws(PostgresError) in
            SHA256Digest(try row.value("sha256", as: PostgresBytes.self).bytes)
        }
    }

    private static func text(_ digest: SHA256Digest) -> String {
        PostgresBytes(digest.bytes).postgresText
    }
}
