internal import SafeTensors
internal import Tensors

/// A tensor's part of a mapped file.
final class MappedWeight: ReclaimableMemory {
    private let file: MappedFile
    private let bytes: Range<Int>

    init(_ entry: SafeTensorsEntry, of file: SafeTensorsFile) {
        self.file = file.file
        let start = file.offset(of: entry)
        bytes = start..<start + entry.byteRange.count
    }

    func reclaim() { file.releasePages(bytes) }
}
