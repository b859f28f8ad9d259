package import FoundationEssentials

/// A value that can be a parameter of a query.
package protocol PostgresEncodable {
    /// The value in PostgreSQL's text format.
    var postgresText: String { get }
}

extension String: PostgresEncodable {
    package var postgresText: String { self }
}

extension Bool: PostgresEncodable {
    package var postgresText: String { self ? "t" : "f" }
}

extension Int: PostgresEncodable {
    package var postgresText: String { description }
}

extension Double: PostgresEncodable {
    /// The shortest digits that read back as the same number; `nan`, `inf` and `-inf` are PostgreSQL's too.
    package var postgresText: String { description }
}

extension UUID: PostgresEncodable {
    package var postgresText: String { uuidString }
}

extension Duration: PostgresEncodable {
    /// An interval.
    package var postgresText: String {
        let microseconds =
            components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
        return "\(microseconds) us"
    }
}

extension PostgresBytes: PostgresEncodable {
    package var postgresText: String { "\\x" + hexadecimal }
}

extension Array: PostgresEncodable where Element: PostgresArrayElement {
    package var postgresText: String {
        PostgresArrayText.encode(map(\.postgresElementText))
    }
}

/// A value that can be an element of a parameter that is an array.
package protocol PostgresArrayElement {
    /// The element in PostgreSQL's text format; nil is NULL.
    var postgresElementText: String? { get }
}

extension String: PostgresArrayElement {
    package var postgresElementText: String? { postgresText }
}

extension Int: PostgresArrayElement {
    package var postgresElementText: String? { postgresText }
}

extension Double: PostgresArrayElement {
    package var postgresElementText: String? { postgresText }
}

extension Optional: PostgresArrayElement where Wrapped: PostgresArrayElement {
    package var postgresElementText: String? { flatMap(\.postgresElementText) }
}
