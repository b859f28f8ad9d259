/// The rows of every head turned into columns, `[N, heads, head dimension, padded keys]`: the right side of
/// products of queries with keys.
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

    /// A head's panel: `[head dimension, padded keys]`.
    @unsafe
    func panel(sample: Int, head: Int) -> UnsafePointer<Float> {
        unsafe UnsafePointer(base + (sample * extents.headCount + head) * panelCount)
    }

    @unsafe
    private static func transpose(
        _ rows: UnsafePointer<Float>,
        into panel: UnsafeMutablePointer<Float>,
        _ extents: AttentionExtents
    ) {
        let (width, padded) = (extents.width, extents.paddedKeyCount)
        for channel in 0..<extents.headDimension {
            let (source, target) = unsafe (rows + channel, panel + channel * padded)
            for key in 0..<extents.keyCount { unsafe target[key] = source[key &* width] }
            for key in extents.keyCount..<padded { unsafe target[key] = 0 }
        }
    }
}
