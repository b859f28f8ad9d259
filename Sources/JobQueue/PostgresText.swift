/// Text as PostgreSQL can hold it.
enum PostgresText {
    /// The text with every NUL character replaced: a log line or an error must not be lost over one.
    static func withoutNUL(_ text: String) -> String {
        guard text.utf8.contains(0) else { return text }
        var replaced = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { replaced.append(scalar == "\0" ? "\u{FFFD}" : scalar) }
        return String(replaced)
    }
}
