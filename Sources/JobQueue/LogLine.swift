/// A line of a job's log on its way to the database.
package struct LogLine: Sendable, Equatable {
    /// Counts the lines of the attempt, from 0.
    package let sequence: Int
    /// `trace`, `debug`, `info`, `notice`, `warning`, `error` or `critical`, as swift-log names them.
    package let level: String
    package let text: String

    package init(sequence: Int, level: String, text: String) {
        self.sequence = sequence
        self.level = level
        self.text = text
    }
}
