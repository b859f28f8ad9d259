import Foundation
import FuzzTargets
import TestSupport
import Testing

/// What fuzzing has found stays found: every input that once broke a reader, and the inputs it starts from.
@Suite struct ReplayTests {
    @Test(arguments: FuzzTargets.all.map { $0.name }) func readersSurvive(_ name: String) throws {
        let target = try #require(FuzzTargets.named(name)).init()
        let seeds = try target.seeds()
        #expect(!seeds.isEmpty)
        for seed in seeds { target.survive(seed) }
        for file in try Self.inputs(of: name) {
            target.survive([UInt8](try Data(contentsOf: file)))
        }
    }

    /// A folder that belongs to no target would be replayed by nobody.
    @Test func everyFolderHasItsTarget() throws {
        let folders = try FileManager.default.contentsOfDirectory(
            atPath: Fixtures.folder("Fuzz").path
        )
        #expect(folders.filter { FuzzTargets.named($0) == nil } == [])
    }

    private static func inputs(of name: String) throws -> [URL] {
        let folder = Fixtures.folder("Fuzz/\(name)")
        guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
        return try FileManager.default.contentsOfDirectory(
            at: folder,
            includingPropertiesForKeys: nil
        )
    }
}
