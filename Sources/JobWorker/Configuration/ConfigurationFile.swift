package import Foundation

/// A file of `KEY=VALUE` lines that systemd (`EnvironmentFile=`), a shell (`. worker.conf`) and we read alike.
///
/// Empty lines and lines that start with `#` are skipped. A value that holds anything a shell would treat
/// specially has to stand in single quotes; that is checked, so that the three readers never differ.
package struct ConfigurationFile: Sendable {
    /// The settings, each with the line it stands on.
    package let settings: [String: (value: String, line: Int)]
    /// Name of the file, for errors.
    package let name: String

    /// Reads a file. Throws a `ConfigurationError` that names the line.
    package init(reading file: URL) throws(ConfigurationError) {
        let text: String
        do {
            text = try String(contentsOf: file, encoding: .utf8)
        } catch {
            throw ConfigurationError(
                file.lastPathComponent,
                "expected a readable UTF-8 text file, found none there; check the path after --config"
            )
        }
        try self.init(parsing: text, name: file.lastPathComponent)
    }

    /// Reads the lines of `text`.
    package init(parsing text: String, name: String) throws(ConfigurationError) {
        var settings: [String: (value: String, line: Int)] = [:]
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            if line.allSatisfy(\.isWhitespace) || line.hasPrefix("#") { continue }
            let place = "\(name):\(index + 1)"
            let (key, value) = try Self.setting(line, at: place)
            if let earlier = settings[key] {
                throw ConfigurationError(
                    place,
                    "expected \(key) once, found it on line \(earlier.line) already; remove one"
                )
            }
            settings[key] = (value, index + 1)
        }
        self.settings = settings
        self.name = name
    }

    private static func setting(
        _ line: Substring,
        at place: String
    ) throws(ConfigurationError) -> (key: String, value: String) {
        guard let equals = line.firstIndex(of: "=") else {
            throw ConfigurationError(place, "expected KEY=VALUE, found no \"=\"; write one")
        }
        let key = line[..<equals]
        guard let first = key.first, first.isASCII, first.isLetter || first == "_",
            key.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
        else {
            throw ConfigurationError(
                place,
                "expected a key of letters, digits and \"_\" right before the \"=\", found "
                    + "\"\(key.prefix(40))\"; remove spaces and \"export\""
            )
        }
        return (String(key), try value(line[line.index(after: equals)...], at: place))
    }

    private static func value(
        _ text: Substring,
        at place: String
    ) throws(ConfigurationError) -> String {
        for quote in ["'", "\""] where text.hasPrefix(quote) {
            guard text.count >= 2, text.hasSuffix(quote) else {
                throw ConfigurationError(
                    place,
                    "expected a closing \(quote) at the end of the line, found none; add it"
                )
            }
            let inner = text.dropFirst().dropLast()
            let special = quote == "'" ? "'" : "\"$`\\"
            guard !inner.contains(where: { special.contains($0) }) else {
                throw ConfigurationError(
                    place,
                    "expected no \(special) between \(quote)…\(quote), found one; "
                        + "use the other quotes"
                )
            }
            return String(inner)
        }
        guard !text.contains(where: { $0.isWhitespace || "'\"$`\\;&|<>()#*?!".contains($0) }) else {
            throw ConfigurationError(
                place,
                "expected a plain value, found a space or a sign that a shell treats specially; "
                    + "put the value in single quotes"
            )
        }
        return String(text)
    }
}
