internal import Confinement
package import Foundation

/// The files below one root. Each is opened below it, so that no path, and no symbolic link that is swapped at the
/// wrong moment, leads out.
package struct DatasetFolder: Sendable {
    private let place: OpenedPlace

    /// Opens a folder, which must exist.
    package init(root: URL) throws {
        do throws(OpenFailure) {
            place = try OpenedPlace(folder: root.path(percentEncoded: false))
        } catch {
            throw DatasetError.unreadableFolder(root.lastPathComponent)
        }
    }

    /// Opens what lies at a path, which must be inside the root after all links are followed; nil where there is
    /// nothing that may be read.
    func open(_ path: String) throws(DatasetError) -> OpenedPlace? {
        do throws(OpenFailure) {
            return try place.open(path)
        } catch {
            if error.isOutside { throw .outsideRoot(path) }
            guard error.isMissing || error.isUnreadable else {
                throw .unopened(path, reason: error.words)
            }
            return nil
        }
    }

    /// The names in a folder, sorted so that numbers count ("2" before "10"); hidden ones are left out.
    func names(in path: String) throws -> [String] {
        guard let folder = try open(path) else { throw DatasetError.unreadableFolder(path) }
        defer { withExtendedLifetime(folder) {} }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder.path)
                .filter { !$0.hasPrefix(".") }
                .sorted { $0.compare($1, options: .numeric) == .orderedAscending }
        } catch is CocoaError {
            throw DatasetError.unreadableFolder(path)
        }
    }

    /// Whether there is a folder at a path. A link that leads out counts: whoever looks into it is told.
    func hasFolder(_ path: String) -> Bool {
        do throws(DatasetError) {
            return try open(path)?.isFolder == true
        } catch {
            return true
        }
    }

    /// Whether there is a file or folder at a path. A link that leads out counts: whoever reads it is told.
    func exists(_ path: String) -> Bool {
        do throws(DatasetError) {
            return try open(path) != nil
        } catch {
            return true
        }
    }

    /// The lines of a text file; `nil` when there is no such file.
    func lines(of path: String) throws -> [String]? {
        guard let file = try open(path) else { return nil }
        defer { withExtendedLifetime(file) {} }
        guard let data = try? Data(contentsOf: URL(filePath: file.path)) else {
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
