package import Foundation
internal import Testing

/// Faults inside a worker's process, by a library that is loaded before all others: an end at an exact point,
/// and a wrong clock. Works for every worker program as it is.
package struct FaultPoints {
    /// The compiled library, or why it could not be compiled.
    private static let library = Result {
        let source = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "FaultPoints/fault-points.c")
        let library = FileManager.default.temporaryDirectory
            .appending(path: "contrast-fault-points-\(UUID().uuidString).so")
        let compiler = Process()
        compiler.executableURL = URL(filePath: "/usr/bin/env")
        compiler.arguments = [
            "clang", "-shared", "-fPIC", "-O1", "-o", library.path, source.path,
        ]
        try compiler.run()
        compiler.waitUntilExit()
        try #require(compiler.terminationStatus == 0, "clang compiles \(source.path)")
        return library
    }

    private let folder: URL

    /// Keeps its files in a folder of the test's.
    package init(in folder: URL) { self.folder = folder }

    /// The environment of a worker that ends just before the event of this number; 0 never ends it.
    package func environment(endingBefore event: Int) throws -> [String: String] {
        [
            "LD_PRELOAD": try Self.library.get().path, "CONTRAST_FAULT_EVENT": "\(event)",
            "CONTRAST_FAULT_EVENTS": folder.appending(path: "events").path,
        ]
    }

    /// The events of all workers so far.
    package func events() throws -> [String] {
        try String(contentsOf: folder.appending(path: "events"), encoding: .utf8)
            .split(separator: "\n").map(String.init)
    }

    /// The environment of a worker whose clock is off by what `setClock` says.
    package func environmentWithClock() throws -> [String: String] {
        ["LD_PRELOAD": try Self.library.get().path, "CONTRAST_FAULT_CLOCK": clock.path]
    }

    /// Puts the workers' time of day off by so many seconds, while they run.
    package func setClock(offBy seconds: Double) throws {
        let bytes = unsafe withUnsafeBytes(of: seconds) { unsafe Array($0) }
        guard FileManager.default.fileExists(atPath: clock.path) else {
            try Data(bytes).write(to: clock)
            return
        }
        // The same file: workers have it mapped.
        let handle = try FileHandle(forWritingTo: clock)
        try handle.write(contentsOf: Data(bytes))
        try handle.close()
    }

    private var clock: URL { folder.appending(path: "clock") }
}
