internal import Crypto

/// The SHA-256 of a stream of bytes (FIPS 180-4), fed piece by piece.
package struct SHA256 {
    private var hash = Crypto.SHA256()

    package init() {}

    /// Adds bytes to the stream.
    package mutating func update(_ bytes: Span<UInt8>) {
        // swift-crypto takes no spans yet.
        unsafe bytes.withUnsafeBytes { unsafe hash.update(bufferPointer: $0) }
    }

    /// The digest of everything added so far.
    package consuming func finalize() -> SHA256Digest {
        SHA256Digest(Array(hash.finalize()))
    }
}
