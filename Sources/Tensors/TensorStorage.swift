internal import Kernels
internal import Synchronization

/// A block of float32 values that tensors share.
///
/// `@unchecked Sendable` because the values are written only by `init`'s body, before the storage is
/// shared, and are only read afterwards.
@safe
package final class TensorStorage: @unchecked Sendable {
    let base: UnsafeMutablePointer<Float>
    let count: Int
    private let owner: Owner
    private let packedForms = Mutex<[PackedForm: PackedPanels]>([:])

    private enum Owner {
        case pool
        /// Keeps the mapped file (or whatever else holds the memory) alive.
        case external(any AnyObject & Sendable)
    }

    /// Creates storage whose values `body` writes; before that they are arbitrary.
    init(count: Int, initializingWith body: (inout MutableSpan<Float>) throws -> Void) rethrows {
        self.count = count
        unsafe base = BufferPool.shared.takeBuffer(count: count)
        owner = .pool
        var values = unsafe UnsafeMutableBufferPointer(start: base, count: count).mutableSpan
        try body(&values)
    }

    /// Creates storage over float32 values that `owner` holds, in place and without a copy.
    ///
    /// - Parameters:
    ///   - values: `count` float32 values, valid and unchanged as long as `owner` lives.
    ///   - owner: What holds the memory, such as a mapped file.
    @unsafe
    package init(mapped values: UnsafePointer<Float>, count: Int, owner: any AnyObject & Sendable) {
        self.count = count
        unsafe base = UnsafeMutablePointer(mutating: values)
        self.owner = .external(owner)
    }

    /// The packed form of a weight in this storage, kept from the first use on.
    ///
    /// Worth its memory only for weights that meet few rows again and again.
    func packed(_ form: PackedForm, packing: () -> PackedPanels) -> PackedPanels {
        if let kept = packedForms.withLock({ $0[form] }) { return kept }
        let panels = packing()
        packedForms.withLock { $0[form] = panels }
        return panels
    }

    deinit {
        if case .pool = owner {
            unsafe BufferPool.shared.returnBuffer(base, count: count)
        }
    }
}
