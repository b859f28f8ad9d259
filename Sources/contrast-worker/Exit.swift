internal import ArgumentParser
internal import Foundation

/// The way out with a sentence on standard error.
enum Exit {
    static func failure(_ text: String, code: Int32) -> ExitCode {
        try? FileHandle.standardError.write(contentsOf: Data("contrast-worker: \(text)\n".utf8))
        return ExitCode(code)
    }
}
