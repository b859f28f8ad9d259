package import FoundationEssentials

/// One numbered step of the schema: `0001_tables.up.sql` and `0001_tables.down.sql`.
package struct Migration: Sendable, Equatable {
    package let version: Int
    package let name: String
    /// The statements that take the step, and those that take it back.
    package let up: String
    package let down: String

    package init(version: Int, name: String, up: String, down: String) {
        self.version = version
        self.name = name
        self.up = up
        self.down = down
    }

    /// Reads the migrations of a folder, in order. Every step needs both files.
    package static func read(from folder: URL) throws(MigrationError) -> [Migration] {
        var ups: [Substring: String] = [:]
        var downs: [Substring: String] = [:]
        let files: [String]
        do {
            files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        } catch {
            throw .unreadable(folder.path)
        }
        for file in files {
            let path = folder.appending(path: file).path
            if file.hasSuffix(".up.sql") {
                ups[file.dropLast(7)] = try text(at: path)
            } else if file.hasSuffix(".down.sql") {
                downs[file.dropLast(9)] = try text(at: path)
            }
        }
        guard !ups.isEmpty else { throw .unreadable(folder.path) }
        var migrations: [Migration] = []
        for stem in Set(ups.keys).union(downs.keys).sorted() {
            let parts = stem.split(separator: "_", maxSplits: 1)
            guard parts.count == 2, let version = Int(parts[0]), version == migrations.count + 1,
                let up = ups[stem], let down = downs[stem]
            else { throw .incomplete(String(stem)) }
            migrations.append(
                Migration(version: version, name: String(parts[1]), up: up, down: down)
            )
        }
        return migrations
    }

    private static func text(at path: String) throws(MigrationError) -> String {
        guard let data = FileManager.default.contents(atPath: path),
            let text = String(validating: data, as: UTF8.self)
        else { throw .unreadable(path) }
        return text
    }
}
