internal import Glibc

/// A file's content as read-only memory that the system pages in when it is read.
///
/// `@unchecked Sendable` because nothing writes to the mapping. The file must not be shortened by
/// others while it is mapped; files are therefore replaced by renaming, never rewritten.
@safe
package final class MappedFile: @unchecked Sendable {
    /// The path it was opened under.
    package let path: String
    /// The size in bytes.
    package let byteCount: Int
    private let base: UnsafeRawPointer

    /// Maps the regular file at `path`.
    package init(path: String) throws(SafeTensorsError) {
        self.path = path
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw .system(operation: "open", path: path, code: errno)
        }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            throw .system(operation: "inspect", path: path, code: errno)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .system(operation: "map", path: path, code: EISDIR)
        }
        byteCount = Int(status.st_size)
        guard byteCount > 0 else {
            throw .malformed(.tooShort(byteCount: 0), path: path)
        }
        let address = unsafe mmap(nil, byteCount, PROT_READ, MAP_PRIVATE, descriptor, 0)
        guard let address = unsafe address, unsafe address != MAP_FAILED else {
            throw .system(operation: "map", path: path, code: errno)
        }
        unsafe base = UnsafeRawPointer(address)
    }

    deinit {
        unsafe munmap(UnsafeMutableRawPointer(mutating: base), byteCount)
    }

    /// All bytes.
    package var bytes: RawSpan {
        @_lifetime(borrow self) get {
            unsafe _overrideLifetime(
                RawSpan(_unsafeStart: base, byteCount: byteCount),
                borrowing: self
            )
        }
    }

    /// A copy of some bytes.
    func copiedBytes(_ range: Range<Int>) -> [UInt8] {
        unsafe bytes.extracting(range).withUnsafeBytes { unsafe Array($0) }
    }

    /// Lets the system have the memory of some bytes back: the pages that hold nothing else. They are read
    /// from the file again when they are touched.
    package func releasePages(_ range: Range<Int>) {
        precondition(range.upperBound <= byteCount, "\(range) is not in a file of \(byteCount)")
        let page = Int(getpagesize())
        let first = (range.lowerBound + page - 1) / page * page
        let last = range.upperBound == byteCount ? byteCount : range.upperBound / page * page
        guard first < last else { return }
        // A hint: where the system does not take it, the pages stay.
        unsafe madvise(UnsafeMutableRawPointer(mutating: base + first), last - first, MADV_DONTNEED)
    }

    /// The address of a byte, valid as long as this object lives.
    @unsafe
    package func address(ofByte offset: Int) -> UnsafeRawPointer {
        precondition(0...byteCount ~= offset, "byte \(offset) is not in a file of \(byteCount)")
        return unsafe base + offset
    }
}
