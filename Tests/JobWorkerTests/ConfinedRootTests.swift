import Confinement
import Foundation
import JobWorker
import Requests
import Synchronization
import Testing

/// A folder with a file in it, beside a file that nobody may reach.
private final class Tree {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    var root: ConfinedRoot { ConfinedRoot(folder.appending(path: "root"), name: "input root") }

    init() throws {
        let files = FileManager.default
        try files.createDirectory(
            at: folder.appending(path: "root/sub"),
            withIntermediateDirectories: true
        )
        try Data("abc".utf8).write(to: folder.appending(path: "root/sub/a.txt"))
        try Data("secret".utf8).write(to: folder.appending(path: "secret.txt"))
        for (name, target) in [
            ("out", "../secret.txt"), ("absolute", "/etc/passwd"), ("inside", "sub/a.txt"),
            ("up", ".."), ("proc", "/proc/self/root"),
        ] {
            try files.createSymbolicLink(
                atPath: folder.appending(path: "root/\(name)").path,
                withDestinationPath: target
            )
        }
        #expect(unsafe mkfifo(folder.appending(path: "root/fifo").path, 0o600) == 0)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }
}

@Suite struct ConfinedRootTests {
    @Test func filesBelowTheRootAreRead() throws {
        let tree = try Tree()
        for path in ["sub/a.txt", "inside"] {
            #expect(try tree.root.read(FileReference(path: path), limit: 3) == Data("abc".utf8))
            _ = try tree.root.file(FileReference(path: path))
        }
        _ = try tree.root.folder("sub")
    }

    @Test(
        arguments: [
            ("out", InputError.Reason.outside), ("absolute", .outside), ("up/secret.txt", .outside),
            ("../secret.txt", .outside), ("proc/etc/passwd", .outside), ("missing", .missing),
            ("sub/a.txt/b", .missing), ("fifo", .wrongSort(expected: "a regular file")),
            ("sub", .wrongSort(expected: "a regular file")),
        ]
    )
    func nothingElseIs(_ path: String, _ reason: InputError.Reason) throws {
        let tree = try Tree()
        let error = try #require(throws: InputError.self) {
            try tree.root.read(FileReference(path: path), limit: 100)
        }
        #expect(error.reason == reason)
        #expect(!error.description.contains(tree.folder.path))
        #expect(throws: InputError.self) { try tree.root.file(FileReference(path: path)) }
    }

    @Test func withoutOpenat2LinksAreRefusedAltogether() throws {
        let tree = try Tree()
        let root = unsafe open(tree.folder.appending(path: "root").path, O_RDONLY)
        defer { close(root) }
        let descriptor = OpenedPlace.openWithoutLinks("sub/a.txt", below: root)
        #expect(descriptor >= 0)
        close(descriptor)
        for path in ["out", "absolute", "inside", "up/secret.txt", "../secret.txt", "missing"] {
            #expect(OpenedPlace.openWithoutLinks(path, below: root) < 0)
        }
    }

    /// Somebody makes a name lead inside and outside by turns, as fast as they can.
    @Test func aLinkThatIsSwappedAtAnyMomentLeadsNowhereElse() throws {
        let tree = try Tree()
        let name = tree.folder.appending(path: "root/flip").path
        let isOver = Atomic(false)
        let thread = Thread { [folder = tree.folder] in
            var inside = true
            while !isOver.load(ordering: .relaxed) {
                let next = folder.appending(path: "next").path
                _ = unsafe symlink(inside ? "sub/a.txt" : "../secret.txt", next)
                _ = unsafe rename(next, name)
                inside.toggle()
            }
        }
        thread.start()
        defer { isOver.store(true, ordering: .relaxed) }
        var counts = [0, 0]
        let reference = FileReference(path: "flip")
        while counts.contains(where: { $0 < 300 }) {
            do throws(InputError) {
                let place = try tree.root.file(reference)
                // Whoever maps it does so later, by its path.
                let content = FileManager.default.contents(atPath: place.path)
                #expect(content == Data("abc".utf8))
                withExtendedLifetime(place) {}
                counts[0] += 1
            } catch {
                #expect([InputError.Reason.outside, .missing].contains(error.reason))
                counts[1] += 1
            }
            let read = try? tree.root.read(reference, limit: 10)
            #expect(read == nil || read == Data("abc".utf8))
        }
    }

    @Test func whatIsOpenStaysWhateverHappensToItsName() throws {
        let tree = try Tree()
        let file = try tree.root.file(FileReference(path: "sub/a.txt"))
        let folder = try tree.root.folder("sub")
        let files = FileManager.default
        try files.moveItem(
            at: tree.folder.appending(path: "root/sub"),
            to: tree.folder.appending(path: "root/elsewhere")
        )
        try files.createSymbolicLink(
            atPath: tree.folder.appending(path: "root/sub").path,
            withDestinationPath: ".."
        )
        #expect(files.contents(atPath: file.path) == Data("abc".utf8))
        #expect(files.contents(atPath: folder.path + "/a.txt") == Data("abc".utf8))
        #expect(files.contents(atPath: folder.path + "/secret.txt") == nil)
        withExtendedLifetime((file, folder)) {}
    }

    @Test func contentIsHeldAgainstItsHash() throws {
        let tree = try Tree()
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        let good = FileReference(path: "sub/a.txt", sha256: abc)
        #expect(try tree.root.read(good, limit: 10).count == 3)
        let bad = FileReference(path: "sub/a.txt", sha256: String(repeating: "0", count: 64))
        for attempt in [
            { _ = try tree.root.read(bad, limit: 10) }, { _ = try tree.root.file(bad) },
        ] {
            let error = try #require(throws: InputError.self) { try attempt() }
            #expect(error.reason == .otherContent)
        }
        let large = try #require(throws: InputError.self) { try tree.root.read(good, limit: 2) }
        #expect(large.reason == .tooLarge(limit: 2, found: 3))
    }
}
