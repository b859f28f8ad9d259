/// A block of float32 values that a kernel reads, without bounds checks.
///
/// Kernels take spans, check their counts once at the door and read through blocks behind it. A block
/// never leaves the kernel that made it, so the memory outlives it.
@safe
struct InputBlock {
    private let base: UnsafePointer<Float>

    /// Creates the block of a span's values; the span must outlive the block.
    init(_ span: Span<Float>) {
        // An empty span may have no address; an empty block is never read.
        let base = unsafe span.withUnsafeBufferPointer { $0.baseAddress }
        unsafe self.base = base ?? UnsafePointer(UnsafeMutablePointer<Float>.emptyBlock)
    }

    init(base: UnsafePointer<Float>) { unsafe self.base = base }

    /// The block that starts `offset` values later.
    @inline(__always)
    func advanced(by offset: Int) -> InputBlock { unsafe InputBlock(base: base + offset) }

    @inline(__always)
    subscript(index: Int) -> Float { unsafe base[index] }

    /// The sixteen values from `index` on.
    @inline(__always)
    func vector(at index: Int) -> SIMD16<Float> {
        unsafe UnsafeRawPointer(base + index).loadUnaligned(as: SIMD16<Float>.self)
    }

    /// The `count` values from `index` on, fewer than sixteen, followed by `filler`.
    func vector(at index: Int, count: Int, filler: Float = 0) -> SIMD16<Float> {
        var vector = SIMD16<Float>(repeating: filler)
        unsafe withUnsafeMutableBytes(of: &vector) { bytes in
            unsafe bytes.copyMemory(
                from: UnsafeRawBufferPointer(start: base + index, count: 4 * count)
            )
        }
        return vector
    }

    /// The `width` values from `index` on, at most sixteen, followed by `filler`.
    @inline(__always)
    func vector(at index: Int, width: Int, filler: Float = 0) -> SIMD16<Float> {
        width == 16 ? vector(at: index) : vector(at: index, count: width, filler: filler)
    }

    /// Copies `count` values from the block's start into `target`.
    @inline(__always)
    func copy(to target: OutputBlock, count: Int) { unsafe target.copy(from: base, count: count) }
}

extension UnsafeMutablePointer<Float> {
    /// An address for blocks without values.
    fileprivate static var emptyBlock: UnsafeMutablePointer<Float> {
        unsafe UnsafeMutablePointer(bitPattern: 64)!
    }
}
