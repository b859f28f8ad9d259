/// A safetensors file, mapped into memory and checked; values are paged in when they are read.
package final class SafeTensorsFile: Sendable {
    /// The file's memory; what refers to values in place must keep it alive.
    package let file: MappedFile
    /// The table of contents.
    package let header: SafeTensorsHeader

    /// Opens and checks the file at `path`. A pickle is refused by its content, whatever its name.
    package init(path: String) throws(SafeTensorsError) {
        file = try MappedFile(path: path)
        let magic = file.copiedBytes(0..<min(64, file.byteCount))
        if let format = ForeignFormat(magic: magic) {
            throw .foreignFormat(format, path: path)
        }
        do {
            header = try SafeTensorsHeader(file: file)
        } catch {
            throw .malformed(error, path: path)
        }
    }

    /// The path it was opened under.
    package var path: String { file.path }

    /// The bytes of a tensor of this file, little-endian.
    @_lifetime(borrow self)
    package func bytes(of entry: SafeTensorsEntry) -> RawSpan {
        let start = unsafe file.address(ofByte: offset(of: entry))
        return unsafe _overrideLifetime(
            RawSpan(_unsafeStart: start, byteCount: entry.byteRange.count),
            borrowing: self
        )
    }

    /// Where a tensor of this file starts, in bytes from the start of the file.
    package func offset(of entry: SafeTensorsEntry) -> Int {
        header.dataOffset + entry.byteRange.lowerBound
    }
}
