internal import Foundation
internal import Postgres

/// Keeps secrets out of logs and of sentences that go to the database.
package struct Redaction: Sendable {
    /// As bytes: a sign beside it that joins its last character hides no secret.
    private let secrets: [[UInt8]]

    /// Knows a worker's secrets.
    package init(_ configuration: WorkerConfiguration) {
        self.init(
            databaseURL: configuration.databaseURL,
            others: configuration.operationsToken.map { [$0] } ?? []
        )
    }

    /// Knows the passwords inside a database URL or connection string, however they are spelled, and the string
    /// itself where it has one.
    package init(databaseURL: String, others: [String] = []) {
        // libpq itself says what it would send; where it cannot read the text, nobody knows what is secret in it.
        let passwords = PostgresPasswords(in: databaseURL)
        var secrets = others + passwords.spellings
        for password in others + passwords.values {
            secrets.append(password)
            secrets.append(String(String(reflecting: password).dropFirst().dropLast()))
            secrets.append(password.replacing("'", with: "''"))
            secrets.append(
                password.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
            )
            let plain = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-._~"))
            if let encoded = password.addingPercentEncoding(withAllowedCharacters: plain) {
                secrets += [encoded, encoded.replacing("%20", with: "+")]
            }
        }
        if !passwords.values.isEmpty || !passwords.isReadable { secrets.append(databaseURL) }
        // What is shorter hides nothing, and would tear words apart.
        self.secrets = Set(secrets.map { Array($0.utf8) }).filter { $0.count >= 3 }
            .sorted { $0.count > $1.count }
    }

    /// The text with every secret replaced by `***`.
    package func callAsFunction(_ text: String) -> String {
        guard !secrets.isEmpty else { return text }
        let stars = Array("***".utf8)
        let bytes = secrets.reduce(Array(text.utf8)) { $0.replacing($1, with: stars) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
