import Kernels
import Testing

/// Memory for reuse.
struct BufferPoolTests {
    private static let large = 50 << 20

    @Test func blocksAreUsedAgain() {
        let pool = BufferPool()
        for count in [1, 100, 1 << 20] {
            let first = unsafe pool.takeBuffer(count: count)
            #expect(UInt(bitPattern: first).isMultiple(of: 64))
            unsafe pool.returnBuffer(first, count: count)
            #expect(pool.usedBytes == 0)
            let second = unsafe pool.takeBuffer(count: count)
            let isSame = unsafe first == second
            #expect(isSame)
            unsafe pool.returnBuffer(second, count: count)
        }
    }

    @Test func whatIsUsedAndWhatWaitsIsCounted() {
        let pool = BufferPool()
        let block = unsafe pool.takeBuffer(count: Self.large)
        #expect(pool.usedBytes >= 4 * Self.large)
        #expect(pool.idleBytes == 0)
        unsafe pool.returnBuffer(block, count: Self.large)
        #expect(pool.usedBytes == 0)
        #expect(pool.idleBytes >= 4 * Self.large)
        #expect(pool.peakBytes == pool.idleBytes)
        pool.resetPeak()
        #expect(pool.peakBytes == 0)
        pool.releaseIdleBlocks(ifBeyond: pool.idleBytes)
        #expect(pool.idleBytes > 0)
        pool.releaseIdleBlocks()
        #expect(pool.idleBytes == 0)
    }

    /// Stages of a job ask for different sizes; their blocks must not pile up.
    @Test func whatWaitsIsBounded() {
        let pool = BufferPool()
        for step in 0..<20 {
            let count = Self.large + step * Self.large / 4
            let block = unsafe pool.takeBuffer(count: count)
            #expect(pool.idleBytes <= BufferPool.idleLimit)
            unsafe pool.returnBuffer(block, count: count)
        }
    }

    /// What is in use again and again must not go with what has waited.
    @Test func whatHasWaitedLongestGoesFirst() {
        let pool = BufferPool()
        let (stale, fresh) = (Self.large, Self.large / 2)
        let blocks = unsafe (pool.takeBuffer(count: stale), pool.takeBuffer(count: fresh))
        unsafe pool.returnBuffer(blocks.0, count: stale)
        unsafe pool.returnBuffer(blocks.1, count: fresh)
        let other = unsafe pool.takeBuffer(count: Self.large + Self.large / 2)
        #expect(pool.idleBytes <= BufferPool.idleLimit)
        unsafe pool.returnBuffer(other, count: Self.large + Self.large / 2)
        let idle = pool.idleBytes
        let again = unsafe pool.takeBuffer(count: fresh)
        let isSame = unsafe again == blocks.1
        #expect(isSame && pool.idleBytes < idle)
        unsafe pool.returnBuffer(again, count: fresh)
    }

    /// Where fresh memory would make older blocks go, one of them serves although it is larger; whole again
    /// when it comes back.
    @Test func largerBlocksServeBeforeFreshMemory() {
        let pool = BufferPool()
        let (large, small) = (4 * Self.large, 2 * Self.large)
        let first = unsafe pool.takeBuffer(count: large)
        unsafe pool.returnBuffer(first, count: large)
        let idle = pool.idleBytes
        let second = unsafe pool.takeBuffer(count: small)
        let isSame = unsafe second == first
        #expect(isSame)
        #expect(pool.idleBytes == 0)
        #expect(pool.usedBytes < idle)
        unsafe pool.returnBuffer(second, count: small)
        #expect(pool.usedBytes == 0)
        #expect(pool.idleBytes == idle)
        let third = unsafe pool.takeBuffer(count: large)
        let isSameAgain = unsafe third == first
        #expect(isSameAgain)
        unsafe pool.returnBuffer(third, count: large)
    }

    /// Used bytes and what waits never outgrow the most that was in use by more than the limit.
    @Test(arguments: 0..<8)
    func footprintIsBounded(seed: UInt64) {
        var state = seed
        func draw(below bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let pool = BufferPool()
        var blocks: [(UnsafeMutablePointer<Float>, Int)] = unsafe []
        for _ in 0..<400 {
            if unsafe blocks.isEmpty || draw(below: 2) == 0 {
                let count = 1 << (16 + draw(below: 10))
                unsafe blocks.append((pool.takeBuffer(count: count), count))
                #expect(pool.usedBytes + pool.idleBytes <= pool.peakBytes + BufferPool.idleLimit)
            } else {
                let index = draw(below: unsafe blocks.count)
                let (block, count) = unsafe blocks.remove(at: index)
                unsafe pool.returnBuffer(block, count: count)
            }
        }
        while let (block, count) = unsafe blocks.popLast() {
            unsafe pool.returnBuffer(block, count: count)
        }
        #expect(pool.usedBytes == 0)
        pool.releaseIdleBlocks()
        #expect(pool.idleBytes == 0)
    }
}
