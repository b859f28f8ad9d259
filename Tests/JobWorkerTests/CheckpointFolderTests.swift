import Foundation
import JobWorker
import Testing

@Suite struct CheckpointFolderTests {
    private func sealed() throws -> (folder: URL, checkpoint: CheckpointFolder) {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(
            at: folder.appending(path: "deep"),
            withIntermediateDirectories: true
        )
        try Data("weights".utf8).write(to: folder.appending(path: "w.safetensors"))
        try Data("moments".utf8).write(to: folder.appending(path: "deep/m"))
        return (folder, CheckpointFolder(folder: folder))
    }

    @Test func everyByteCounts() throws {
        let (folder, checkpoint) = try sealed()
        defer { try? FileManager.default.removeItem(at: folder) }
        let (digest, byteCount) = try checkpoint.seal()
        #expect(byteCount == 14)
        try checkpoint.verify(digest)
        try Data("Moments".utf8).write(to: folder.appending(path: "deep/m"))
        #expect(throws: CheckpointError.otherContent(file: "deep/m")) {
            try checkpoint.verify(digest)
        }
        try FileManager.default.removeItem(at: folder.appending(path: "deep/m"))
        #expect(throws: CheckpointError.otherContent(file: "deep/m")) {
            try checkpoint.verify(digest)
        }
        try Data().write(to: folder.appending(path: "SHA256SUMS"))
        #expect(throws: CheckpointError.otherList) { try checkpoint.verify(digest) }
        try FileManager.default.removeItem(at: folder)
        #expect(throws: CheckpointError.incomplete) { try checkpoint.verify(digest) }
    }
}
