package import Foundation
package import Logging

/// Writes log lines to standard error: one JSON object a line for programs, or a line to read.
///
/// Values come from jobs and from other machines, so control characters never reach a terminal.
package struct StandardErrorLogHandler: LogHandler {
    /// Form of the lines.
    package enum Form: Sendable {
        case json
        case human
    }

    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    private let form: Form
    private let redact: Redaction
    private let write: @Sendable (String) -> Void

    package init(
        form: Form,
        level: Logger.Level,
        redact: Redaction,
        write: @escaping @Sendable (String) -> Void = StandardErrorLogHandler.writeToStandardError
    ) {
        self.form = form
        logLevel = level
        self.redact = redact
        self.write = write
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let values = metadata.merging(event.metadata ?? [:]) { $1 }.mapValues { redact("\($0)") }
        let message = redact("\(event.message)")
        switch form {
        case .json: write(Self.json(event.level, message, values, at: Date()))
        case .human: write(Self.human(event.level, message, values, at: Date()))
        }
    }

    /// One line with sorted keys.
    package static func json(
        _ level: Logger.Level,
        _ message: String,
        _ values: [String: String],
        at date: Date
    ) -> String {
        let line = values.merging([
            "time": date.ISO8601Format(.init(includingFractionalSeconds: true)),
            "level": level.rawValue, "message": message,
        ]) { $1 }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(line) else {
            preconditionFailure("strings can always be encoded")
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// `12:34:56 warning  the message  key=value`.
    package static func human(
        _ level: Logger.Level,
        _ message: String,
        _ values: [String: String],
        at date: Date
    ) -> String {
        let time = date.ISO8601Format(.init(dateTimeSeparator: .space)).dropFirst(11).prefix(8)
        let level = level.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0)
        let pairs = values.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }
        return ([time + " " + level, message] + pairs).joined(separator: "  ").printable
    }

    /// Writes a line in one call, so that lines of several threads do not mix.
    @Sendable package static func writeToStandardError(_ line: String) {
        // Nobody is left to tell where even this fails.
        try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
    }
}

extension String {
    /// The text with every control character made visible.
    fileprivate var printable: String {
        guard unicodeScalars.contains(where: { $0.value < 32 || (127..<160).contains($0.value) })
        else {
            return self
        }
        return unicodeScalars.map { scalar in
            scalar.value < 32 || (127..<160).contains(scalar.value)
                ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
        }.joined()
    }
}
