internal import CIntrinsics

/// The keys and values of every head rounded to bfloat16 and paired as products with queries and with
/// probabilities read them.
///
/// For products that sum over channels neighbouring channels of keys are paired,
/// `[N, heads, strips of 32 keys, head dimension / 2, 32]`; for those that sum over keys neighbouring rows of values,
/// `[N, heads, keys / 2, head dimension]`.
@safe
struct PairedHeads: ~Copyable {
    private let base: UnsafeMutablePointer<Float>
    private let extents: AttentionExtents

    /// Pairs keys and values, `[N, Tk, C]` each.
    @unsafe
    init(
        keys: UnsafePointer<Float>,
        values: UnsafePointer<Float>,
        _ extents: AttentionExtents,
        team: ThreadTeam
    ) {
        let heads = extents.sampleCount * extents.headCount
        let size = PairedHeads.size(extents)
        let base = unsafe BufferPool.shared.takeBuffer(count: heads * size)
        unsafe self.base = base
        self.extents = extents
        team.run(over: heads, blockSize: max(1, (1 << 14) / size)) { range in
            for index in range {
                let (sample, head) = index.quotientAndRemainder(dividingBy: extents.headCount)
                let offset = extents.keyOffset(sample: sample, head: head)
                unsafe PairedHeads.pairKeys(keys + offset, into: base + index * size, extents)
                unsafe PairedHeads.pairValues(
                    values + offset,
                    into: base + index * size + PairedHeads.keySize(extents),
                    extents
                )
            }
        }
    }

    deinit {
        let heads = extents.sampleCount * extents.headCount
        unsafe BufferPool.shared.returnBuffer(base, count: heads * PairedHeads.size(extents))
    }

    /// Whether heads can be paired: their channels have to be even in number.
    static func suit(_ extents: AttentionExtents) -> Bool { extents.headDimension % 2 == 0 }

    /// A head's keys: `[strips, head dimension / 2, 32]`.
    @unsafe
    func keys(sample: Int, head: Int) -> UnsafePointer<Float> {
        let index = sample * extents.headCount + head
        return unsafe UnsafePointer(base + index * PairedHeads.size(extents))
    }

    /// A head's values: `[keys / 2, head dimension]`; the last row may be paired with zeros.
    @unsafe
    func values(sample: Int, head: Int) -> UnsafePointer<Float> {
        unsafe keys(sample: sample, head: head) + PairedHeads.keySize(extents)
    }

    private static func keySize(_ extents: AttentionExtents) -> Int {
        extents.headDimension / 2 * extents.paddedKeyCount
    }

    /// Pairs per head.
    private static func size(_ extents: AttentionExtents) -> Int {
        keySize(extents) + (extents.keyCount + 1) / 2 * extents.headDimension
    }

    @unsafe
    private static func pairKeys(
        _ rows: UnsafePointer<Float>,
        into pairs: UnsafeMutablePointer<Float>,
        _ extents: AttentionExtents
    ) {
        let (pairCount, strip) = (extents.headDimension / 2, AttentionExtents.strip)
        for first in stride(from: 0, to: extents.paddedKeyCount, by: strip) {
            let count = min(strip, extents.keyCount - first)
            for pair in 0..<pairCount {
                let target = unsafe pairs + first * pairCount + pair * strip
                unsafe contrast_pair_columns(
                    rows + first * extents.width + 2 * pair,
                    extents.width,
                    UnsafeMutableRawPointer(target).assumingMemoryBound(to: UInt32.self),
                    count
                )
                unsafe (target + count).update(repeating: 0, count: strip - count)
            }
        }
    }

    @unsafe
    private static func pairValues(
        _ rows: UnsafePointer<Float>,
        into pairs: UnsafeMutablePointer<Float>,
        _ extents: AttentionExtents
    ) {
        let (width, dimension) = (extents.width, extents.headDimension)
        for pair in 0..<extents.keyCount / 2 {
            let even = unsafe rows + 2 * pair * width
            let target = unsafe pairs + pair * dimension
            unsafe RoundedRows.pair(even, even + width, into: target, count: dimension)
        }
        guard extents.keyCount % 2 == 1 else { return }
        unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: dimension) { zeros in
            guard let zeros = zeros.baseAddress else { return }
            unsafe zeros.update(repeating: 0, count: dimension)
            let last = extents.keyCount - 1
            unsafe RoundedRows.pair(
                rows + last * width,
                zeros,
                into: pairs + last / 2 * dimension,
                count: dimension
            )
        }
    }
}
