import Foundation
import Testing

/// A worker process that a test starts, stops and kills.
final class WorkerProcess {
    private let process = Process()
    private let log: URL

    /// Starts the fault worker; `fileSizeLimit` in KiB keeps its files small.
    init(_ arguments: [String], log: URL, fileSizeLimit: Int? = nil) throws {
        self.log = log
        _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        let program = Self.program.path
        process.executableURL = URL(filePath: "/bin/bash")
        let limit = fileSizeLimit.map { "ulimit -f \($0); " } ?? ""
        process.arguments =
            ["-c", limit + "exec \"$@\" 2> >(cat >> '\(log.path)')", "-", program] + arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
    }

    /// The program lies beside the tests.
    private static var program: URL {
        let tests = Bundle.allBundles.map(\.bundleURL) + [URL(filePath: CommandLine.arguments[0])]
        for place in tests {
            let candidate = place.deletingLastPathComponent().appending(path: "FaultWorker")
            if FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate }
        }
        return URL(filePath: "FaultWorker")
    }

    var isRunning: Bool { process.isRunning }

    /// What it has logged so far.
    var logged: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

    func signal(_ signal: Int32) {
        _ = Foundation.kill(process.processIdentifier, signal)
    }

    /// Ends it without warning.
    func kill() {
        guard process.isRunning else { return }
        signal(SIGKILL)
        process.waitUntilExit()
    }

    /// Waits for it to end; its exit code.
    func waitForExit(_ place: SourceLocation = #_sourceLocation) throws -> Int32 {
        try eventually("the worker ends", place) {
            !process.isRunning
        } else: {
            logged
        }
        return process.terminationStatus
    }
}
