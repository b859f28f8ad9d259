import Postgres

/// A finished file of a job.
package struct OutputRow: Sendable, Equatable {
    /// Position among the job's outputs, from 0.
    package let index: Int
    /// What the file is to the job, such as `image`, `contact_sheet` or `adapter`.
    package let role: String
    /// Below the output root of the workers; relative, without `..`.
    package let path: String
    /// Of the content, 64 lower-case hexadecimal digits.
    package let sha256: String
    package let byteCount: Int
    /// MIME type.
    package let mediaType: String
    /// Facts about the file, such as its seed: the text of a JSON object.
    package let metadata: String

    package init(
        index: Int,
        role: String,
        path: String,
        sha256: String,
        byteCount: Int,
        mediaType: String,
        metadata: String = "{}"
    ) {
        self.index = index
        self.role = role
        self.path = path
        self.sha256 = sha256
        self.byteCount = byteCount
        self.mediaType = mediaType
        self.metadata = metadata
    }

    /// The row as an element of the JSON that `contrast.finish` reads.
    var json: String {
        "{\"idx\":\(index),\"role\":\(JSONText.quoted(role)),\"path\":\(JSONText.quoted(path)),"
            + "\"sha256\":\(JSONText.quoted(sha256)),\"bytes\":\(byteCount),"
            + "\"media_type\":\(JSONText.quoted(mediaType)),\"meta\":\(metadata)}"
    }
}

extension OutputRow {
    /// Reads a row whose `sha256` is already hexadecimal.
    init(_ row: PostgresRow) throws(PostgresError) {
        self.init(
            index: try row.value("idx"),
            role: try row.value("role"),
            path: try row.value("path"),
            sha256: try row.value("sha256"),
            byteCount: try row.value("bytes"),
            mediaType: try row.value("media_type"),
            metadata: try row.value("meta")
        )
    }
}
