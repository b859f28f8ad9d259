internal import Mustache

/// How values enter the page: as text, whatever they hold.
///
/// Mustache's own HTML escaping goes by characters, so a quotation mark with a combining accent behind it is
/// another character and passes; a browser goes by scalars and ends the attribute there. This one goes by
/// scalars as well, and takes control and direction signs away as the terminal's output does.
struct MarkupEscaping: MustacheContentType {
    /// What templates name it with `{{% CONTENT_TYPE: … }}`.
    static let name = "ESCAPED_SCALARS"

    func escapeText(_ text: String) -> String {
        var escaped = ""
        for scalar in Terminal.printable(text, keepingLines: true).unicodeScalars {
            switch scalar {
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "&": escaped += "&amp;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
