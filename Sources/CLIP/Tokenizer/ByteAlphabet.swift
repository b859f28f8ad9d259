/// The printable character that stands for each byte value in the files of byte-level tokenizers.
///
/// Matches `bytes_to_unicode` of GPT-2 and CLIP: printable Latin-1 characters stand for themselves, the
/// 68 others for the characters from U+0100 on.
enum ByteAlphabet {
    /// The character of each byte value, by value.
    static let characters: [Character] = {
        var next: UInt32 = 256
        return (UInt32(0)...255).map { byte in
            if isPrintable(byte) { return character(byte) }
            defer { next += 1 }
            return character(next)
        }
    }()

    private static func isPrintable(_ byte: UInt32) -> Bool {
        33...126 ~= byte || 161...172 ~= byte || 174...255 ~= byte
    }

    private static func character(_ value: UInt32) -> Character {
        guard let scalar = Unicode.Scalar(value) else {
            preconditionFailure("values below 512 are Unicode scalars")
        }
        return Character(scalar)
    }
}
