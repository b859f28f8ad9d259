/// What an output file is; its content is written separately.
package struct PipelineOutput: Sendable, Equatable {
    /// What the file is to the job, such as `image`, `contact_sheet` or `adapter`.
    package let role: String
    /// The path below the job's output folder, such as `images/0000_s7.png`.
    package let path: String
    /// The MIME type.
    package let mediaType: String
    /// Facts about the file, such as its seed, stored beside its row.
    package let metadata: [String: JSONValue]

    package init(
        role: String,
        path: String,
        mediaType: String,
        metadata: [String: JSONValue] = [:]
    ) {
        self.role = role
        self.path = path
        self.mediaType = mediaType
        self.metadata = metadata
    }
}
