/// A statement and its parameters, written as one string literal.
///
/// An interpolated value becomes a parameter (`$1`, `$2`, …) and never a part of the statement:
/// `"SELECT state FROM contrast.job WHERE id = \(id)"`. Interpolating another query splices it in.
package struct PostgresQuery: Sendable, Equatable {
    fileprivate enum Part: Sendable, Equatable {
        case sql(String)
        case parameter(String?)
    }

    fileprivate var parts: [Part]

    /// The statement, with parameters as `$1`, `$2`, ….
    package var sql: String {
        var sql = ""
        var count = 0
        for part in parts {
            switch part {
            case .sql(let text): sql += text
            case .parameter:
                count += 1
                sql += "$\(count)"
            }
        }
        return sql
    }

    /// The parameters in PostgreSQL's text format; nil is NULL.
    package var parameters: [String?] {
        parts.compactMap { part -> String?? in
            if case .parameter(let text) = part { .some(text) } else { .none }
        }
    }

    /// The query followed by another one.
    package static func + (left: PostgresQuery, right: PostgresQuery) -> PostgresQuery {
        var both = left
        both.parts += right.parts
        return both
    }

    /// The queries one after another, with `separator` between them.
    package static func joined(_ queries: [PostgresQuery], by separator: PostgresQuery)
        -> PostgresQuery
    {
        queries.dropFirst().reduce(queries.first ?? "") { $0 + separator + $1 }
    }
}

extension PostgresQuery: ExpressibleByStringInterpolation {
    package init(stringLiteral value: String) {
        parts = [.sql(value)]
    }

    package init(stringInterpolation interpolation: StringInterpolation) {
        parts = interpolation.parts
    }

    /// Collects literals as SQL and values as parameters.
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var parts: [Part] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            parts.reserveCapacity(2 * interpolationCount + 1)
        }

        package mutating func appendLiteral(_ literal: String) {
            parts.append(.sql(literal))
        }

        package mutating func appendInterpolation(_ value: some PostgresEncodable) {
            parts.append(.parameter(value.postgresText))
        }

        package mutating func appendInterpolation(_ value: (some PostgresEncodable)?) {
            parts.append(.parameter(value?.postgresText))
        }

        package mutating func appendInterpolation(_ query: PostgresQuery) {
            parts += query.parts
        }
    }
}
