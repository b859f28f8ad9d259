internal import Synchronization

/// Blocks of float32 memory, kept for reuse when they are given back.
///
/// A training step asks for the same sizes again and again; taking them from here costs a dictionary
/// look-up, while fresh memory costs a page fault per 4 KiB. Blocks are aligned to 64 bytes, one
/// AVX-512 register and one cache line.
package final class BufferPool: Sendable {
    /// The pool every tensor uses.
    package static let shared = BufferPool()

    private struct State {
        var idle: [Int: [UInt]] = [:]
        var idleBytes = 0
    }

    private let state = Mutex(State())

    /// Returns an uninitialised block of at least `count` values.
    @unsafe
    package func takeBuffer(count: Int) -> UnsafeMutablePointer<Float> {
        let size = BufferPool.blockSize(count: count)
        let reused: UInt? = state.withLock { state in
            guard let address = state.idle[size]?.popLast() else { return nil }
            state.idleBytes -= size
            return address
        }
        if let reused, let block = unsafe UnsafeMutablePointer<Float>(bitPattern: reused) {
            return unsafe block
        }
        let block = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
        return unsafe block.bindMemory(to: Float.self, capacity: size / MemoryLayout<Float>.stride)
    }

    /// Takes back a block that `takeBuffer(count:)` returned for the same count.
    @unsafe
    package func returnBuffer(_ block: UnsafeMutablePointer<Float>, count: Int) {
        let size = BufferPool.blockSize(count: count)
        let address = UInt(bitPattern: block)
        state.withLock { state in
            state.idle[size, default: []].append(address)
            state.idleBytes += size
        }
    }

    /// Gives all idle blocks back to the system, as between two jobs.
    package func releaseIdleBlocks() {
        let blocks = state.withLock { state in
            defer { state = State() }
            return state.idle.values.flatMap(\.self)
        }
        for address in blocks {
            unsafe UnsafeMutableRawPointer(bitPattern: address)?.deallocate()
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
