/// The passwords in a libpq URL or connection string.
package struct PostgresPasswords: Equatable, Sendable {
    private static let keywords = ["password", "sslpassword"]

    /// Whether libpq can read the text.
    package let isReadable: Bool
    /// The passwords that libpq would send.
    package let values: [String]
    /// How they are written in the text.
    package let spellings: [String]

    package init(in text: String) {
        let options = LibPQHandle.options(in: text)
        isReadable = options != nil
        values = (options ?? []).filter { Self.keywords.contains($0.0) }.map(\.1)
        let isURL = ["postgresql://", "postgres://"].contains { text.hasPrefix($0) }
        spellings = isURL ? Self.spellings(inURL: text) : Self.spellings(inString: text)
    }

    /// `postgresql://user:PASSWORD@host/database?password=PASSWORD`; whatever comes before the first `@` is user
    /// and password, unless a slash comes first.
    private static func spellings(inURL url: String) -> [String] {
        var spellings: [String] = []
        var rest = url[...]
        if let scheme = url.firstRange(of: "://") { rest = url[scheme.upperBound...] }
        if let at = rest.firstIndex(where: { "@/".contains($0) }), rest[at] == "@" {
            if let colon = rest[..<at].firstIndex(of: ":") {
                spellings.append(String(rest[rest.index(after: colon)..<at]))
            }
            rest = rest[rest.index(after: at)...]
        }
        guard let question = rest.firstIndex(of: "?") else { return spellings }
        for pair in rest[rest.index(after: question)...].split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, keywords.contains(String(parts[0])) else { continue }
            spellings.append(String(parts[1]))
        }
        return spellings
    }

    /// `host=db password='it\'s' user=worker`.
    private static func spellings(inString text: String) -> [String] {
        var spellings: [String] = []
        var rest = text[...]
        while true {
            rest = rest.drop { $0.isWhitespace }
            let keyword = rest.prefix { $0 != "=" && !$0.isWhitespace }
            rest = rest.dropFirst(keyword.count).drop { $0.isWhitespace }
            guard rest.popFirst() == "=" else { return spellings }
            rest = rest.drop { $0.isWhitespace }
            let isQuoted = rest.first == "'"
            if isQuoted { rest.removeFirst() }
            let start = rest.startIndex
            while let next = rest.first, isQuoted ? next != "'" : !next.isWhitespace {
                rest.removeFirst()
                if next == "\\", !rest.isEmpty { rest.removeFirst() }
            }
            if keywords.contains(String(keyword)) {
                spellings.append(String(text[start..<rest.startIndex]))
            }
            if isQuoted { _ = rest.popFirst() }
        }
    }
}
