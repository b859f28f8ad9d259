package import FoundationEssentials

/// A value that can be read from a column.
package protocol PostgresDecodable {
    /// What the column has to hold, as an error says it.
    static var postgresDescription: String { get }

    /// Reads PostgreSQL's text format; nil if the text is something else.
    init?(postgresText: String)
}

extension String: PostgresDecodable {
    package static var postgresDescription: String { "a text" }

    package init?(postgresText: String) { self = postgresText }
}

extension Bool: PostgresDecodable {
    package static var postgresDescription: String { "a truth value" }

    package init?(postgresText: String) {
        switch postgresText {
        case "t": self = true
        case "f": self = false
        default: return nil
        }
    }
}

extension Int: PostgresDecodable {
    package static var postgresDescription: String { "an integer" }

    package init?(postgresText: String) { self.init(postgresText) }
}

extension Double: PostgresDecodable {
    package static var postgresDescription: String { "a number" }

    package init?(postgresText: String) { self.init(postgresText) }
}

extension UUID: PostgresDecodable {
    package static var postgresDescription: String { "a UUID" }

    package init?(postgresText: String) { self.init(uuidString: postgresText) }
}

extension PostgresBytes: PostgresDecodable {
    package static var postgresDescription: String { "bytes" }

    package init?(postgresText: String) {
        guard postgresText.hasPrefix("\\x") else { return nil }
        self.init(hexadecimal: postgresText.dropFirst(2))
    }
}

extension Array: PostgresDecodable where Element: PostgresDecodable {
    package static var postgresDescription: String {
        "an array, each element \(Element.postgresDescription)"
    }

    /// NULL elements are not accepted.
    package init?(postgresText: String) {
        guard let texts = PostgresArrayText.decode(postgresText) else { return nil }
        var elements: [Element] = []
        elements.reserveCapacity(texts.count)
        for text in texts {
            guard let text, let element = Element(postgresText: text) else { return nil }
            elements.append(element)
        }
        self = elements
    }
}
