package import Foundation

/// The files below one root; no path that leads out of it is ever opened.
package struct DatasetFolder: Sendable {
    /// The folder.
    package let root: URL
    private let resolvedRoot: String

    /// Creates the view of a folder that must exist.
    package init(root: URL) throws {
        self.root = root
        resolvedRoot = root.resolvingSymlinksInPath().standardizedFileURL.path
        guard DatasetFolder.isFolder(root) else {
            throw DatasetError.unreadableFolder(root.lastPathComponent)
        }
    }

    /// The place of a file, which must lie inside the root after all links are followed.
    package func url(_ path: String) throws -> URL {
        let url = root.appendingPathComponent(path)
        let resolved = url.resolvingSymlinksInPath().standardizedFileURL.path
        guard resolved == resolvedRoot || resolved.hasPrefix(resolvedRoot + "/") else {
            throw DatasetError.outsideRoot(path)
        }
        return url
    }

    /// The names in a folder, sorted so that numbers count ("2" before "10"); hidden ones are left out.
    func names(in path: String) throws -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: url(path).path)
                .filter { !$0.hasPrefix(".") }
                .sorted { $0.compare($1, options: .numeric) == .orderedAscending }
        } catch is CocoaError {
            throw DatasetError.unreadableFolder(path)
        }
    }

    /// Whether there is a folder at a path.
    func hasFolder(_ path: String) -> Bool {
        DatasetFolder.isFolder(root.appendingPathComponent(path))
    }

    /// Whether there is a folder at a place, all links followed.
    private static func isFolder(_ url: URL) -> Bool {
        let path = url.resolvingSymlinksInPath().path
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return attributes?[.type] as? FileAttributeType == .typeDirectory
    }

    /// Whether there is a file or folder at a path.
    func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path)
    }

    /// The lines of a text file; `nil` when there is no such file.
    func lines(of path: String) throws -> [String]? {
        guard exists(path) else { return nil }
        guard let data = try? Data(contentsOf: url(path)) else {
            throw DatasetError.unreadableFolder(path)
        }
        return String(decoding: data, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.hasSuffix("\r") ? String($0.dropLast()) : String($0) }
    }

    /// The pictures in a folder by name: PNG and JPEG files that are neither cut-outs nor masks.
    func pictureNames(in path: String) throws -> [String] {
        try names(in: path).filter { name in
            let lower = name.lowercased()
            return [".jpg", ".jpeg", ".png"].contains { lower.hasSuffix($0) }
                && !lower.contains("bg_removed") && !lower.hasSuffix("_mask.png")
        }
    }
}
