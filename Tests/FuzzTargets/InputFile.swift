internal import Foundation
internal import TestSupport

/// The file that a target's inputs are written to, one after the other, for readers that want a path.
struct InputFile: Sendable {
    /// A folder that is not there any longer when the process is over; nothing changes it in between.
    private nonisolated(unsafe) let folder: TemporaryFolder

    init() throws { unsafe folder = try TemporaryFolder() }

    /// Where the input lies.
    func path(_ name: String = "input") -> String { unsafe folder[name] }

    /// The folder.
    var url: URL { unsafe URL(filePath: folder.path) }

    /// Replaces the input and returns its path.
    @discardableResult
    func write(_ bytes: some Sequence<UInt8>, to name: String = "input") throws -> String {
        try unsafe folder.write(Array(bytes), to: name)
    }
}

extension Fixtures {
    /// The bytes of a committed file.
    static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder(name)))
    }
}
