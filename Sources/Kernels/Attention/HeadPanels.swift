/// The rows of every head turned into columns, `[N, heads, strips of 32 keys, head dimension, 32]`: the right side
/// of products of queries with keys.
///
/// A strip is what a register tile walks through, from front to back; rows as long as all keys would lie a power of
/// two apart, and compete for the same lines of a cache.
@safe
struct HeadPanels: ~Copyable {
    private let base: UnsafeMutablePointer<Float>
    private let extents: AttentionExtents
    private let panelCount: Int

    /// Transposes the heads of `rows`, `[N, Tk, C]`. Columns beyond the keys are zeros.
    @unsafe
    init(transposing rows: UnsafePointer<Float>, _ extents: AttentionExtents, team: ThreadTeam) {
        let panelCount = extents.headDimension * extents.paddedKeyCount
        let base = unsafe BufferPool.shared.takeBuffer(
            count: extents.sampleCount * extents.headCount * panelCount
        )
        self.extents = extents
        self.panelCount = panelCount
        unsafe self.base = base
        let heads = extents.sampleCount * extents.headCount
        team.run(over: heads, blockSize: max(1, (1 << 15) / panelCount)) { range in
            for index in range {
                let (sample, head) = index.quotientAndRemainder(dividingBy: extents.headCount)
                unsafe HeadPanels.transpose(
                    rows + extents.keyOffset(sample: sample, head: head),
                    into: base + index * panelCount,
                    extents
                )
            }
        }
    }

    deinit {
        unsafe BufferPool.shared.returnBuffer(
            base,
            count: extents.sampleCount * extents.headCount * panelCount
        )
    }

    /// A head's strips from a key on, which is the first of its strip.
    @unsafe
    func strips(sample: Int, head: Int, key: Int = 0) -> UnsafePointer<Float> {
        let offset = (sample * extents.headCount + head) * panelCount
        return unsafe UnsafePointer(base + offset + key * extents.headDimension)
    }

    @unsafe
    private static func transpose(
        _ rows: UnsafePointer<Float>,
        into panel: UnsafeMutablePointer<Float>,
        _ extents: AttentionExtents
    ) {
        let (width, dimension) = (extents.width, extents.headDimension)
        let strip = AttentionExtents.strip
        for first in stride(from: 0, to: extents.paddedKeyCount, by: strip) {
            let count = min(strip, extents.keyCount - first)
            let source = unsafe rows + first * width
            let target = unsafe panel + first * dimension
            for channel in 0..<dimension {
                let (column, line) = unsafe (source + channel, target + channel * strip)
                for key in 0..<count { unsafe line[key] = column[key &* width] }
                for key in count..<strip { unsafe line[key] = 0 }
            }
        }
    }
}
