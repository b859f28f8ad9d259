import Digests
import Foundation
import Testing

@Suite struct SHA256Tests {
    /// Examples of FIPS 180-4, and lengths around the block's edges (from `sha256sum`).
    @Test(
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
            (
                String(repeating: "a", count: 1_000_000),
                "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
            ),
        ]
    )
    func knownTexts(_ text: String, _ hex: String) {
        #expect(SHA256.digest(of: text).description == hex)
    }

    @Test(arguments: [0, 1, 54, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 200])
    func piecesMakeTheSameDigestAsTheWhole(_ count: Int) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        for cut in 0...count {
            var hash = SHA256()
            hash.update(Array(bytes[..<cut]).span)
            hash.update(Array(bytes[cut...]).span)
            #expect(hash.finalize() == SHA256.digest(of: bytes))
        }
    }

    @Test func fileAndTextForm() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: file) }
        try Data("abc".utf8).write(to: file)
        let digest = try SHA256.digest(of: file)
        #expect(digest == SHA256.digest(of: "abc"))
        #expect(SHA256Digest(hexadecimal: digest.description) == digest)
        #expect(SHA256Digest(hexadecimal: "xyz") == nil)
        #expect(SHA256Digest(hexadecimal: String(repeating: "é", count: 32)) == nil)
    }
}
