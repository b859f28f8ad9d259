internal import Glibc
internal import Synchronization

/// Blocks of float32 memory, kept for reuse when they are given back.
///
/// A training step asks for the same sizes again and again; taking them from here costs a dictionary
/// look-up, while fresh memory costs a page fault per 4 KiB. Blocks are aligned to 64 bytes, one
/// AVX-512 register and one cache line.
///
/// What lies idle is bounded: stages of a job ask for different sizes, and blocks of an earlier stage must
/// not stand beside those of the next one. When fresh memory is needed, the blocks that have waited longest
/// go back to the system, or a larger one is used, if all blocks together would be more than the most that was in
/// use at one time, and a little. So a loop's blocks stay, and what a process needs at most hardly grows.
package final class BufferPool: Sendable {
    /// The pool every tensor uses.
    package static let shared = BufferPool()

    /// Bytes by which all blocks may outgrow the most that were in use at one time.
    package static let idleLimit = 256 << 20
    /// Bytes from which a block is mapped by itself, so that the system has it back at once.
    static let mappedSize = 1 << 20
    /// Bytes from which a block asks for huge pages: sizes from there are multiples of one.
    private static let hugePageSize = 16 << 20

    private let state = Mutex(State())

    /// Creates a pool of its own.
    package init() {}

    /// Returns an uninitialised block of at least `count` values.
    @unsafe
    package func takeBuffer(count: Int) -> UnsafeMutablePointer<Float> {
        let size = BufferPool.blockSize(count: count)
        let (reused, excess) = state.withLock { $0.take(size: size) }
        if let reused, let block = unsafe UnsafeMutablePointer<Float>(bitPattern: reused) {
            return unsafe block
        }
        BufferPool.free(excess)
        let block = unsafe BufferPool.allocate(size)
        return unsafe block.bindMemory(to: Float.self, capacity: size / MemoryLayout<Float>.stride)
    }

    /// Takes back a block that `takeBuffer(count:)` returned for the same count.
    @unsafe
    package func returnBuffer(_ block: UnsafeMutablePointer<Float>, count: Int) {
        let size = BufferPool.blockSize(count: count)
        state.withLock { $0.keep(address: UInt(bitPattern: block), size: size) }
    }

    /// Gives all idle blocks back to the system, as between two stages of a job; a few are not worth it.
    package func releaseIdleBlocks(ifBeyond bytes: Int = 0) {
        let blocks = state.withLock { $0.idleBytes > bytes ? $0.release() : [] }
        BufferPool.free(blocks)
    }

    /// The bytes of all blocks that are in use.
    package var usedBytes: Int { state.withLock { $0.usedBytes } }

    /// The bytes of all blocks that wait for reuse.
    package var idleBytes: Int { state.withLock { $0.idleBytes } }

    /// The most bytes that were in use at one time since the process began or `resetPeak()` was called.
    package var peakBytes: Int { state.withLock { $0.peakBytes } }

    /// Starts a new measurement of `peakBytes`.
    package func resetPeak() { state.withLock { $0.resetPeak() } }

    /// Memory of the system: large blocks by themselves, small ones of the heap.
    @unsafe
    private static func allocate(_ size: Int) -> UnsafeMutableRawPointer {
        guard size >= mappedSize else {
            return UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
        }
        let block = unsafe mmap(
            nil,
            size,
            PROT_READ | PROT_WRITE,
            MAP_PRIVATE | MAP_ANONYMOUS,
            -1,
            0
        )
        guard let block = unsafe block, unsafe block != MAP_FAILED else {
            fatalError("the system has no \(size) bytes of memory left for a tensor")
        }
        // Where the system refuses, pages are small: slower, and otherwise the same.
        if size >= hugePageSize { unsafe _ = madvise(block, size, MADV_HUGEPAGE) }
        return unsafe block
    }

    private static func free(_ blocks: [Block]) {
        for block in blocks {
            guard let address = unsafe UnsafeMutableRawPointer(bitPattern: block.address) else {
                continue
            }
            if block.size >= mappedSize {
                unsafe munmap(address, block.size)
            } else {
                unsafe address.deallocate()
            }
        }
    }

    /// The bytes of a block for `count` values: a few sizes per power of two, so that blocks get reused
    /// at a waste of at most an eighth.
    private static func blockSize(count: Int) -> Int {
        let bytes = max(count * MemoryLayout<Float>.stride, 64)
        let granule = max(64, (1 << (Int.bitWidth - 1 - bytes.leadingZeroBitCount)) / 8)
        return (bytes + granule - 1) / granule * granule
    }
}
