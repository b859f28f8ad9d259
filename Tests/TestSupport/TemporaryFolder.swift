internal import Glibc

/// A folder of its own for one test, removed with everything in it when the test lets go of it.
package final class TemporaryFolder {
    /// The folder's path, without a slash at its end.
    package let path: String

    /// Creates an empty folder below `TMPDIR` or `/tmp`.
    package init() throws {
        let parent = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
        path = "\(parent)/contrast-test-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        guard unsafe mkdir(path, 0o700) == 0 else { throw TemporaryFolderError(code: errno) }
    }

    deinit { TemporaryFolder.remove(path) }

    /// The path of an entry of the folder.
    package subscript(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file and returns its path.
    @discardableResult
    package func write(_ bytes: [UInt8], to name: String) throws -> String {
        let file = unsafe fopen(self[name], "w")
        guard let file = unsafe file else { throw TemporaryFolderError(code: errno) }
        defer { unsafe fclose(file) }
        let written = unsafe fwrite(bytes, 1, bytes.count, file)
        guard written == bytes.count else { throw TemporaryFolderError(code: errno) }
        return self[name]
    }

    /// The names of the entries, sorted.
    package var entries: [String] { TemporaryFolder.entries(of: path).sorted() }

    private static func entries(of path: String) -> [String] {
        guard let folder = unsafe opendir(path) else { return [] }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    private static func remove(_ path: String) {
        for name in entries(of: path) {
            let entry = "\(path)/\(name)"
            if unsafe unlink(entry) != 0 { remove(entry) }
        }
        unsafe rmdir(path)
    }
}

/// A system call of a test's temporary folder failed.
package struct TemporaryFolderError: Error {
    /// The value of `errno`.
    package let code: Int32
}
