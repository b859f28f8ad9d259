import Foundation
import ModelFiles
import TestSupport
import Testing

/// Whether files are what they were.
struct FileStatesTests {
    @Test func changesAreNoticed() throws {
        let temporary = try TemporaryFolder()
        let folder = URL(filePath: temporary["model"])
        let part = folder.appending(path: "unet")
        try FileManager.default.createDirectory(at: part, withIntermediateDirectories: true)
        let file = part.appending(path: "config.json")
        try Data("{}".utf8).write(to: file)
        let first = try FileStates(of: folder)
        #expect(try FileStates(of: folder) == first)
        try Data("{ }".utf8).write(to: file)
        let second = try FileStates(of: folder)
        #expect(second != first)
        try Data().write(to: part.appending(path: "more"))
        #expect(try FileStates(of: folder) != second)
        #expect(try FileStates(of: file) == FileStates(of: file))
        #expect(throws: (any Error).self) { try FileStates(of: folder.appending(path: "none")) }
    }
}
