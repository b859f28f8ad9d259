internal import Foundation
internal import Glibc

/// Where the text goes: a terminal or a file.
enum Terminal {
    /// Whether standard output is a terminal.
    static let isInteractive = isatty(STDOUT_FILENO) == 1

    /// Whether standard error is a terminal: where progress is shown.
    static let showsProgress = isatty(STDERR_FILENO) == 1

    /// Whether colours may be used (https://no-color.org).
    static let hasColor =
        isInteractive && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
        && ProcessInfo.processInfo.environment["TERM"] != "dumb"

    /// Columns of the terminal; nil where text may be as wide as it is.
    static var width: Int? { isInteractive ? size(of: STDOUT_FILENO) : nil }

    /// Columns of the terminal that shows progress.
    static var progressWidth: Int { size(of: STDERR_FILENO) ?? 80 }

    static func print(_ text: String) {
        try? FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
    }

    static func complain(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
    }

    /// Replaces the last line of standard error.
    static func replaceLine(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data("\r\u{1B}[2K\(text)".utf8))
    }

    /// The text without control characters, so that a job's words cannot steer the terminal.
    static func printable(_ text: some StringProtocol, keepingLines: Bool = false) -> String {
        var clean = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 10 where keepingLines: clean.append(scalar)
            case 9, 10: clean.append(" ")
            case 0..<32, 127..<160, 0x202A...0x202E, 0x2066...0x2069: clean.append("\u{FFFD}")
            default: clean.append(scalar)
            }
        }
        return String(clean)
    }

    private static func size(of descriptor: Int32) -> Int? {
        if let columns = Int(ProcessInfo.processInfo.environment["COLUMNS"] ?? ""), columns > 0 {
            return columns
        }
        var size = winsize()
        guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return nil
        }
        return Int(size.ws_col)
    }
}
