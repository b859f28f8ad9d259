package import FoundationEssentials
import Postgres

/// A registered model.
package struct ModelRow: Sendable, Equatable {
    /// What jobs call it.
    package let name: String
    /// A path below the models root, or `hf:org/name`.
    package let location: String
    /// For one file of weights: the model that has its configurations and tokenizers.
    package let configuredBy: String?
    /// What it is, in words.
    package let kind: String
    /// Its files: the text of a JSON array of objects with `path`, `bytes` and `sha256`.
    package let files: String
    package let addedAt: Date?
    package let addedBy: String

    /// A model that is to be registered.
    package init(
        name: String,
        location: String,
        configuredBy: String?,
        kind: String,
        files: String
    ) {
        self.name = name
        self.location = location
        self.configuredBy = configuredBy
        self.kind = kind
        self.files = files
        addedAt = nil
        addedBy = ""
    }
}

extension ModelRow {
    init(_ row: PostgresRow) throws(PostgresError) {
        name = try row.value("name")
        location = try row.value("location")
        configuredBy = try row.optional("configured_by")
        kind = try row.value("kind")
        files = try row.value("files")
        addedAt = try row.optional("added_at")
        addedBy = try row.value("added_by")
    }
}
