import Foundation

/// One run of the program to its end.
struct ContrastctlProcess {
    let status: Int32
    let output: String
    let errors: String

    /// Runs the program with arguments, away from any terminal.
    init(_ arguments: [String], environment: [String: String] = [:]) throws {
        let process = Process()
        process.executableURL = Self.program
        process.arguments = arguments
        process.environment = ["COLUMNS": "100", "PGHOST": "/nonexistent", "PATH": "/usr/bin:/bin"]
            .merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        // Both are short enough to fit a pipe.
        self.output = String(
            decoding: output.fileHandleForReading.readDataToEndOfFile(),
            as: UTF8.self
        )
        self.errors = String(
            decoding: errors.fileHandleForReading.readDataToEndOfFile(),
            as: UTF8.self
        )
        process.waitUntilExit()
        status = process.terminationStatus
    }

    /// The program lies beside the tests.
    private static var program: URL {
        let places = Bundle.allBundles.map(\.bundleURL) + [URL(filePath: CommandLine.arguments[0])]
        for place in places {
            let candidate = place.deletingLastPathComponent().appending(path: "contrastctl")
            if FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate }
        }
        return URL(filePath: "contrastctl")
    }
}
