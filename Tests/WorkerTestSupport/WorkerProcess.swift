package import Foundation
package import Testing

/// A worker process that a test starts, stops and kills.
package final class WorkerProcess {
    private let process = Process()
    private let log: URL

    /// Starts a program that lies beside the tests; `fileSizeLimit` in KiB keeps its files small,
    /// `addressSpaceLimit` in KiB its memory, and `environment` is added to that of the tests; `network` is the one it
    /// runs in.
    package init(
        _ name: String,
        _ arguments: [String],
        log: URL,
        fileSizeLimit: Int? = nil,
        addressSpaceLimit: Int? = nil,
        environment: [String: String] = [:],
        inside network: NetworkNamespace? = nil
    ) throws {
        self.log = log
        _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        let program = Self.program(name).path
        process.executableURL = URL(filePath: "/bin/bash")
        let limits = [("f", fileSizeLimit), ("v", addressSpaceLimit)]
        let limit = limits.compactMap { name, limit in limit.map { "ulimit -\(name) \($0); " } }
            .joined()
        let assignments = environment.map { "\($0.key)=\($0.value)" }.sorted()
        process.arguments =
            ["-c", limit + "exec env \"$@\" 2> >(cat >> '\(log.path)')", "-"] + assignments
            + (network?.entrance ?? []) + [program] + arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try Self.withNoSignalBlocked { try process.run() }
    }

    /// Threads of Swift's pools block nearly all signals, and hand that on to processes that they start; shells and
    /// supervisors start them with none blocked.
    private static func withNoSignalBlocked(_ body: () throws -> Void) throws {
        var none = sigset_t()
        unsafe sigemptyset(&none)
        var before = sigset_t()
        unsafe pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        try body()
    }

    private static func program(_ name: String) -> URL {
        let tests = Bundle.allBundles.map(\.bundleURL) + [URL(filePath: CommandLine.arguments[0])]
        for place in tests {
            let candidate = place.deletingLastPathComponent().appending(path: name)
            if FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate }
        }
        return URL(filePath: name)
    }

    package var processID: Int32 { process.processIdentifier }

    package var isRunning: Bool { process.isRunning }

    /// What it has logged so far.
    package var logged: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

    /// Sends it a signal.
    package func signal(_ signal: Int32) {
        _ = Foundation.kill(process.processIdentifier, signal)
    }

    /// Ends it without warning.
    package func kill() {
        guard process.isRunning else { return }
        signal(SIGKILL)
        process.waitUntilExit()
    }

    /// Waits for it to end; its exit code.
    package func waitForExit(_ place: SourceLocation = #_sourceLocation) throws -> Int32 {
        try eventually("the worker ends", place) {
            !process.isRunning
        } else: {
            logged
        }
        return process.terminationStatus
    }
}
