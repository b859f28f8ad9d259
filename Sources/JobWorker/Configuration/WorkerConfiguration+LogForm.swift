internal import Glibc

extension WorkerConfiguration {
    /// The form of the log lines, `auto` decided by whether somebody reads them on a terminal.
    package var logForm: StandardErrorLogHandler.Form {
        switch logFormat {
        case .json: .json
        case .human: .human
        case .auto: isatty(STDERR_FILENO) == 1 ? .human : .json
        }
    }
}
