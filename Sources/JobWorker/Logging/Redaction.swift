internal import Foundation

/// Keeps secrets out of logs.
package struct Redaction: Sendable {
    private let secrets: [String]

    /// Knows the password inside a database URL or connection string, and the string itself.
    package init(databaseURL: String) {
        var secrets: [String] = []
        if let password = URLComponents(string: databaseURL)?.percentEncodedPassword {
            secrets += [password, password.removingPercentEncoding ?? password]
        }
        if let range = databaseURL.range(of: "password=") {
            let value = databaseURL[range.upperBound...].prefix { !$0.isWhitespace && $0 != "&" }
            secrets.append(value.trimmingCharacters(in: CharacterSet(charactersIn: "'\"")))
        }
        self.secrets = secrets.filter { $0.count >= 3 }.sorted { $0.count > $1.count }
    }

    /// The text with every secret replaced by `***`.
    package func callAsFunction(_ text: String) -> String {
        secrets.reduce(text) { $0.replacing($1, with: "***") }
    }
}
