package import Foundation
internal import Testing

/// A file system in memory, of a size that is soon used up.
package struct SmallDisk {
    private let folder: URL

    /// Whether this process may mount one.
    package static let isPossible: Bool = {
        guard getuid() == 0 else { return false }
        let place = FileManager.default.temporaryDirectory.appending(path: "contrast-\(UUID())")
        do {
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            try SmallDisk(at: place, kibibytes: 100).remove()
            try FileManager.default.removeItem(at: place)
            return true
        } catch {
            return false
        }
    }()

    /// Mounts it over a folder.
    package init(at folder: URL, kibibytes: Int) throws {
        self.folder = folder
        try SmallDisk.run("mount", "-t", "tmpfs", "-o", "size=\(kibibytes)k", "tmpfs", folder.path)
    }

    /// Takes it away with what is on it, even while somebody looks at it.
    package func remove() {
        try? SmallDisk.run("umount", "-l", folder.path)
    }

    private static func run(_ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(arguments)")
    }
}
