internal import Kernels

/// The memory that tensors and packed weights of the process take, mapped files apart.
package enum TensorMemory {
    /// Idle bytes that are never worth giving back: small models would only ask for them again.
    private static let idleFloor = 64 << 20

    /// The bytes in use.
    package static var usedBytes: Int { BufferPool.shared.usedBytes }

    /// The most bytes that were in use at one time since the process began or `resetPeak()` was called.
    package static var peakBytes: Int { BufferPool.shared.peakBytes }

    /// Starts a new measurement of `peakBytes`.
    package static func resetPeak() { BufferPool.shared.resetPeak() }

    /// Whether a frozen weight that meets so many rows keeps a packed form.
    package static func keepsPacked(rows: Int, precision: ProductPrecision) -> Bool {
        CPUDevice.keepsPackedWeights(rows: rows, precision)
    }

    /// The most bytes that wait for reuse at any time.
    package static var idleLimit: Int { BufferPool.idleLimit }

    /// Gives memory that waits for reuse back to the system, as between two stages of a job.
    package static func releaseIdle() { BufferPool.shared.releaseIdleBlocks(ifBeyond: idleFloor) }
}
