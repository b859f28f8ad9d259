package import Digests
package import Foundation

/// A file that workers on other machines may need, named by its content.
package struct SharedFile: Sendable {
    package let sha256: SHA256Digest
    package let byteCount: Int
    /// Where it lies on this machine.
    package let file: URL

    package init(sha256: SHA256Digest, byteCount: Int, file: URL) {
        self.sha256 = sha256
        self.byteCount = byteCount
        self.file = file
    }
}
