internal import Imaging
internal import TestSupport

/// A PNG file, as it is and with the checksums of its chunks put right, without which hardly a changed byte gets
/// past the first of them.
package struct PNGTarget: FuzzTarget {
    package static let name = "png"
    private let file: InputFile

    package init() throws { file = try InputFile() }

    package func run(_ input: [UInt8]) throws {
        let mended = Self.withRightChecksums(input)
        _ = try? PNGText.read(png: mended)
        try PictureReading.read(input, in: file)
        try PictureReading.read(mended, in: file)
    }

    package func seeds() throws -> [[UInt8]] {
        try [
            "rgb8", "grey8", "palette", "rgba8", "rgb16", "grey16", "grey1", "gamma", "orientation",
        ].map { try Fixtures.bytes("Imaging/\($0).png") } + [
            PNGEncoder.encode(
                RGBImage(width: 3, height: 2),
                texts: [
                    PNGText(keyword: "parameters", text: "é"), PNGText(keyword: "p", text: "→"),
                ]
            )
        ]
    }

    /// The same file, each whole chunk with the CRC that its content has.
    static func withRightChecksums(_ bytes: [UInt8]) -> [UInt8] {
        var mended = bytes
        var position = 8
        while position + 12 <= bytes.count {
            let length = bytes[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
            let end = position + 8 + length
            guard end + 4 <= bytes.count else { break }
            let sum = checksum(bytes[position + 4..<end])
            for index in 0..<4 {
                mended[end + index] = UInt8(truncatingIfNeeded: sum >> (24 - 8 * index))
            }
            position = end + 4
        }
        return mended
    }

    /// CRC-32 (ISO 3309), as PNG has it.
    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        var sum: UInt32 = ~0
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 {
                let isOdd = sum & 1 == 1
                sum >>= 1
                if isOdd { sum ^= 0xEDB8_8320 }
            }
        }
        return ~sum
    }
}
