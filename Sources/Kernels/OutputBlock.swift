/// A block of float32 values that a kernel writes, without bounds checks.
///
/// The threads of a kernel write disjoint parts of it; see `InputBlock`.
@safe
struct OutputBlock {
    private let base: UnsafeMutablePointer<Float>

    /// Creates the block of a span's values; the span must outlive the block.
    init(_ span: inout MutableSpan<Float>) {
        let base = unsafe span.withUnsafeMutableBufferPointer { $0.baseAddress }
        // An empty span may have no address; an empty block is never written.
        unsafe self.base = base ?? UnsafeMutablePointer(bitPattern: 64)!
    }

    init(base: UnsafeMutablePointer<Float>) { unsafe self.base = base }

    /// The same values for reading, once a part of the kernel has written them.
    var written: InputBlock { unsafe InputBlock(base: UnsafePointer(base)) }

    /// The block that starts `offset` values later.
    @inline(__always)
    func advanced(by offset: Int) -> OutputBlock { unsafe OutputBlock(base: base + offset) }

    @inline(__always)
    subscript(index: Int) -> Float {
        get { unsafe base[index] }
        nonmutating set { unsafe base[index] = newValue }
    }

    /// The sixteen values from `index` on.
    @inline(__always)
    func vector(at index: Int) -> SIMD16<Float> {
        unsafe UnsafeRawPointer(base + index).loadUnaligned(as: SIMD16<Float>.self)
    }

    /// Writes sixteen values from `index` on.
    @inline(__always)
    func store(_ vector: SIMD16<Float>, at index: Int) {
        unsafe UnsafeMutableRawPointer(base + index).storeBytes(of: vector, as: SIMD16<Float>.self)
    }

    /// Writes the first `count` lanes from `index` on.
    func store(_ vector: SIMD16<Float>, at index: Int, count: Int) {
        unsafe withUnsafeBytes(of: vector) { bytes in
            unsafe UnsafeMutableRawPointer(base + index).copyMemory(
                from: bytes.baseAddress!,
                byteCount: 4 * count
            )
        }
    }

    /// Writes the first `width` lanes, at most sixteen, from `index` on.
    @inline(__always)
    func store(_ vector: SIMD16<Float>, at index: Int, width: Int) {
        if width == 16 { store(vector, at: index) } else { store(vector, at: index, count: width) }
    }

    /// Writes `value` to the first `count` places.
    @inline(__always)
    func fill(with value: Float, count: Int) { unsafe base.update(repeating: value, count: count) }

    /// Writes `count` values that lie elsewhere to the block's start.
    @inline(__always)
    func copy(from source: UnsafePointer<Float>, count: Int) {
        unsafe base.update(from: source, count: count)
    }
}
