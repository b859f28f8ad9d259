/// What may be written into one field of a request: the row of its table in `docs/JOBS.md`.
package struct FieldDescription: Equatable, Sendable {
    /// Name with the names of the objects around it, such as `subjects[].class`.
    package let path: String
    /// JSON type in words.
    package let type: String
    /// Value that is used when the field is absent; `required` where there is none.
    package let absent: String
    /// Range, choices or length that is accepted.
    package let limit: String
    /// What the field means, with its unit.
    package let summary: String

    /// The description as one row of a Markdown table.
    package var row: String {
        "| `\(path)` | \(type) | \(absent) | \(limit) | \(summary) |"
    }

    /// Heading of the tables that `row` fills.
    package static let heading = """
        | field | type | default | limit | meaning |
        |---|---|---|---|---|
        """
}
