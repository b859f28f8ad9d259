internal import Kernels
internal import Synchronization

/// A block of float32 values that tensors share.
///
/// Weights are large, and a model has them in memory once: a weight of which a packed form is kept lets go
/// of what it was packed from, and 16-bit values of a file stay what they are until somebody wants to
/// read them as they lie.
///
/// `@unchecked Sendable` because the values are written only by `init`'s body, before the storage is
/// shared, and are only read afterwards.
@safe
package final class TensorStorage: @unchecked Sendable {
    /// The number of values.
    let count: Int
    /// The values; `nil` while only a file has them, as 16-bit numbers.
    private let values: UnsafeMutablePointer<Float>?
    /// Where 16-bit values are; `nil` for others.
    private let half: Half?
    /// Keeps the mapped file (or whatever else holds the memory) alive; `nil` for memory of the pool.
    private let owner: (any ReclaimableMemory)?
    private let derived = Mutex(Derived())

    /// 16-bit values in a file.
    @safe
    private struct Half {
        let bytes: UnsafeRawPointer
        let precision: HalfPrecision
    }

    /// What can be had again from the values.
    private struct Derived {
        var packedForms: [PackedForm: PackedPanels] = [:]
        /// The address of 16-bit values as float32, once somebody has read them.
        var widened: UInt?
    }

    /// Creates storage whose values `body` writes; before that they are arbitrary.
    init(count: Int, initializingWith body: (inout MutableSpan<Float>) throws -> Void) rethrows {
        self.count = count
        let base = unsafe BufferPool.shared.takeBuffer(count: count)
        unsafe values = base
        half = nil
        owner = nil
        var span = unsafe UnsafeMutableBufferPointer(start: base, count: count).mutableSpan
        try body(&span)
    }

    /// Creates storage over float32 values that `owner` holds, in place and without a copy.
    ///
    /// - Parameters:
    ///   - values: `count` float32 values, valid and unchanged as long as `owner` lives.
    ///   - owner: What holds the memory, such as a mapped file.
    @unsafe
    package init(mapped values: UnsafePointer<Float>, count: Int, owner: any ReclaimableMemory) {
        self.count = count
        unsafe self.values = UnsafeMutablePointer(mutating: values)
        half = nil
        self.owner = owner
    }

    /// Creates storage over 16-bit values that `owner` holds, in place and without a copy.
    ///
    /// - Parameters:
    ///   - bytes: `count` little-endian values of two bytes at any alignment, valid and unchanged as long
    ///     as `owner` lives.
    ///   - isBrain: Whether they are bfloat16, not IEEE 754 binary16.
    ///   - owner: What holds the memory, such as a mapped file.
    @unsafe
    package init(
        mappedHalf bytes: UnsafeRawPointer,
        isBrain: Bool,
        count: Int,
        owner: any ReclaimableMemory
    ) {
        self.count = count
        unsafe values = nil
        half = unsafe Half(bytes: bytes, precision: isBrain ? .bfloat16 : .float16)
        self.owner = owner
    }

    /// The first value, valid as long as this object lives. 16-bit values are widened once and kept so.
    var base: UnsafeMutablePointer<Float> {
        if let values = unsafe values { return unsafe values }
        let address: UInt = derived.withLock { derived in
            if let widened = derived.widened { return widened }
            let base = unsafe BufferPool.shared.takeBuffer(count: count)
            var span = unsafe UnsafeMutableBufferPointer(start: base, count: count).mutableSpan
            widen(0..<count, into: &span)
            let address = UInt(bitPattern: base)
            derived.widened = address
            return address
        }
        guard let base = unsafe UnsafeMutablePointer<Float>(bitPattern: address) else {
            preconditionFailure("widened values lie nowhere")
        }
        return unsafe base
    }

    /// Calls `body` with some of the values, which 16-bit ones become for the time of the call.
    func reading<Result>(
        _ range: Range<Int>,
        _ body: (Span<Float>) throws -> Result
    ) rethrows -> Result {
        if half == nil || derived.withLock({ $0.widened != nil }) {
            return try body(
                unsafe UnsafeBufferPointer(start: base + range.lowerBound, count: range.count).span
            )
        }
        let buffer = unsafe BufferPool.shared.takeBuffer(count: range.count)
        defer { unsafe BufferPool.shared.returnBuffer(buffer, count: range.count) }
        let place = unsafe UnsafeMutableBufferPointer(start: buffer, count: range.count)
        var span = unsafe place.mutableSpan
        widen(range, into: &span)
        return try body(unsafe UnsafeBufferPointer(place).span)
    }

    /// The packed form of a weight in this storage, kept from the first use on.
    ///
    /// Worth its memory only for weights that meet few rows again and again. What it was packed from goes
    /// back to the system.
    func packed(_ form: PackedForm, packing: (Span<Float>) -> PackedPanels) -> PackedPanels {
        if let kept = derived.withLock({ $0.packedForms[form] }) { return kept }
        let panels = reading(form.offset..<form.offset + form.shape.elementCount, packing)
        derived.withLock { $0.packedForms[form] = panels }
        owner?.reclaim()
        return panels
    }

    /// Gives up packed forms, and the memory of values that a file has as well.
    func reclaim() {
        derived.withLock { $0.packedForms = [:] }
        owner?.reclaim()
    }

    private func widen(_ range: Range<Int>, into span: inout MutableSpan<Float>) {
        guard let half else { return }
        let bytes = unsafe RawSpan(
            _unsafeStart: half.bytes + 2 * range.lowerBound,
            byteCount: 2 * range.count
        )
        half.precision.widen(bytes, into: &span)
    }

    deinit {
        if owner == nil, let values = unsafe values {
            unsafe BufferPool.shared.returnBuffer(values, count: count)
        }
        let widened = derived.withLock { $0.widened }
        if let widened, let base = unsafe UnsafeMutablePointer<Float>(bitPattern: widened) {
            unsafe BufferPool.shared.returnBuffer(base, count: count)
        }
    }
}
