/// A table as spreadsheets read it (RFC 4180).
package struct CSVTable: Sendable {
    private let header: [String]
    private var rows: [[String]] = []

    /// Creates a table without rows.
    package init(header: [String]) { self.header = header }

    /// Adds a row with a field per column.
    package mutating func add(_ row: [String]) {
        precondition(row.count == header.count, "\(row.count) fields for \(header.count) columns")
        rows.append(row)
    }

    /// The file's content.
    package var text: String {
        ([header] + rows).map { row in
            row.map(CSVTable.quoted).joined(separator: ",") + "\n"
        }.joined()
    }

    private static func quoted(_ field: String) -> String {
        guard field.contains(where: { ",\"\r\n".contains($0) }) else { return field }
        return "\"\(field.replacing("\"", with: "\"\""))\""
    }
}
