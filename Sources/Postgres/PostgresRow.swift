/// One row of a result, its values still in PostgreSQL's text format.
package struct PostgresRow: Sendable {
    private let columns: PostgresColumns
    private let values: [String?]

    init(columns: PostgresColumns, values: [String?]) {
        self.columns = columns
        self.values = values
    }

    /// The value of a column that is never NULL. Asking for a column that the query does not have traps.
    package func value<Value: PostgresDecodable>(
        _ column: String,
        as type: Value.Type = Value.self
    ) throws(PostgresError) -> Value {
        guard let value = try optional(column, as: type) else {
            throw .column(column, expected: Value.postgresDescription, foundNull: true)
        }
        return value
    }

    /// The value of a column, or nil where it is NULL.
    package func optional<Value: PostgresDecodable>(
        _ column: String,
        as type: Value.Type = Value.self
    ) throws(PostgresError) -> Value? {
        guard let text = values[columns.index(of: column)] else { return nil }
        guard let value = Value(postgresText: text) else {
            throw .column(column, expected: Value.postgresDescription, foundNull: false)
        }
        return value
    }
}

/// The names of a result's columns, shared by its rows.
final class PostgresColumns: Sendable {
    let names: [String]
    private let indices: [String: Int]

    init(_ names: [String]) {
        self.names = names
        indices = Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
    }

    /// The position of a column that the query has.
    func index(of name: String) -> Int {
        guard let index = indices[name] else {
            preconditionFailure("the query has no column \(name); it has \(names)")
        }
        return index
    }
}
