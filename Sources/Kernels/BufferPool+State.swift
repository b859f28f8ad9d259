extension BufferPool {
    /// Memory that waits.
    struct Block {
        let size: Int
        let address: UInt
    }

    /// The books of a pool: what is in use and what waits.
    struct State {
        /// Small blocks that wait, by size.
        private var small: [Int: [UInt]] = [:]
        /// Mapped blocks that wait, the one that has waited longest first.
        private var mapped: [Block] = []
        /// The sizes of blocks in use that are larger than was asked for.
        private var lent: [UInt: Int] = [:]
        /// The bytes of what waits.
        private(set) var idleBytes = 0
        /// The bytes that were asked for and are in use.
        private(set) var usedBytes = 0
        /// By how much the blocks of `lent` are larger than was asked for.
        private var lentBytes = 0
        /// The most bytes in use at one time since the last `resetPeak()`.
        private(set) var peakBytes = 0
        /// The most bytes in use at one time since idle blocks were last released.
        private var highWater = 0

        /// Books `size` bytes: returns an idle block for them, or none and what has to go before fresh
        /// memory is taken.
        mutating func take(size: Int) -> (reused: UInt?, excess: [Block]) {
            usedBytes += size
            peakBytes = max(peakBytes, usedBytes)
            highWater = max(highWater, usedBytes)
            if let address = takeIdle(size: size) { return (address, []) }
            let limit = highWater + BufferPool.idleLimit - usedBytes - lentBytes
            if idleBytes > limit, let address = takeLarger(than: size) { return (address, []) }
            return (nil, takeExcess(beyond: limit))
        }

        /// Keeps a block that was asked for with `size` bytes.
        mutating func keep(address: UInt, size: Int) {
            usedBytes -= size
            let block = Block(size: lent.removeValue(forKey: address) ?? size, address: address)
            lentBytes -= block.size - size
            if block.size >= BufferPool.mappedSize {
                mapped.append(block)
            } else {
                small[block.size, default: []].append(block.address)
            }
            idleBytes += block.size
        }

        /// Removes and returns everything that waits.
        mutating func release() -> [Block] {
            highWater = usedBytes
            return takeExcess(beyond: 0)
        }

        /// Starts a new measurement of `peakBytes`.
        mutating func resetPeak() { peakBytes = usedBytes }

        /// Removes and returns the block of a size that was given back last.
        private mutating func takeIdle(size: Int) -> UInt? {
            let address: UInt?
            if size >= BufferPool.mappedSize {
                let index = mapped.lastIndex { $0.size == size }
                address = index.map { mapped.remove(at: $0).address }
            } else {
                address = small[size]?.popLast()
            }
            if address != nil { idleBytes -= size }
            return address
        }

        /// Removes and returns the smallest mapped block of more than `size` and at most four times as many
        /// bytes: memory that is there is better than fresh pages.
        private mutating func takeLarger(than size: Int) -> UInt? {
            guard size >= BufferPool.mappedSize else { return nil }
            let fitting = mapped.indices.filter { size...4 * size ~= mapped[$0].size }
            guard let index = fitting.min(by: { mapped[$0].size < mapped[$1].size }) else {
                return nil
            }
            let block = mapped.remove(at: index)
            idleBytes -= block.size
            lent[block.address] = block.size
            lentBytes += block.size - size
            return block.address
        }

        /// Removes and returns blocks until at most `limit` bytes wait: those that have waited longest, and
        /// small ones last.
        private mutating func takeExcess(beyond limit: Int) -> [Block] {
            var count = 0
            while idleBytes > limit, count < mapped.count {
                idleBytes -= mapped[count].size
                count += 1
            }
            var excess = Array(mapped.prefix(count))
            mapped.removeFirst(count)
            if idleBytes > limit {
                for (size, addresses) in small {
                    excess += addresses.map { Block(size: size, address: $0) }
                    idleBytes -= size * addresses.count
                }
                small = [:]
            }
            return excess
        }
    }
}
