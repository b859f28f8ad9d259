import Foundation
import Imaging
import TestSupport
import Testing

/// A reference picture that cannot be used.
struct BadReference: CustomTestStringConvertible {
    let testDescription: String
    /// The entry of `images`, as JSON.
    let entry: String
    /// Where it is noticed.
    let stage: String
    /// What the sentence has to say.
    let words: [String]
    /// Puts the file there.
    let prepare: @Sendable (_ inputs: URL) throws -> Void

    private init(
        _ name: String,
        entry: String? = nil,
        stage: String = "generate",
        _ words: [String],
        _ prepare: @escaping @Sendable (_ file: URL) throws -> Void = { _ in }
    ) {
        testDescription = name
        self.entry = entry ?? #""\#(name)""#
        self.stage = stage
        self.words = words
        self.prepare = { try prepare($0.appending(path: name)) }
    }

    static let all: [BadReference] = [
        BadReference(
            "missing.png",
            [#""missing.png" below the input root"#, "nothing there", "copy it"]
        ),
        BadReference(
            "above",
            entry: #""../toys/../../x.png""#,
            stage: "decode request",
            ["$.subjects[0].images[0]: expected a path below the configured root", #"found "..""#]
        ),
        BadReference(
            "absolute",
            entry: #""/etc/hostname""#,
            stage: "decode request",
            ["$.subjects[0].images[0]", "found an absolute one", "leave the root out"]
        ),
        BadReference(
            "link-out.png",
            ["to stay below the input root", "it leads out", "copy the file"]
        ) {
            try symbolicLink(at: $0, to: Fixtures.folder("Generation/reference.png").path)
        },
        BadReference("link-up.png", ["to stay below the input root", "it leads out"]) {
            try symbolicLink(at: $0, to: "../models/tiny/model_index.json")
        },
        BadReference("link-to-nothing.png", [#""link-to-nothing.png""#, "nothing there"]) {
            try symbolicLink(at: $0, to: "gone.png")
        },
        BadReference("folder.png", ["to be a regular file, found something else"]) {
            try FileManager.default.createDirectory(at: $0, withIntermediateDirectories: false)
        },
        BadReference("pipe.png", ["to be a regular file, found something else"]) {
            _ = unsafe mkfifo($0.path, 0o600)
        },
        BadReference(
            "other.png",
            entry: #"{"path": "other.png", "sha256": "\#(String(repeating: "0", count: 64))"}"#,
            ["the sha256 that the request names", "another content"]
        ) { try picture("rgb8.png").write(to: $0) },
        BadReference("text.png", ["text.png: The content is no PNG or JPEG picture", "convert it"])
        {
            try Data("not a picture".utf8).write(to: $0)
        },
        BadReference("empty.png", ["empty.png: The picture has 0 bytes", "upload it again"]) {
            try Data().write(to: $0)
        },
        BadReference("cut.png", ["cut.png: The PNG picture is cut off", "upload it again"]) {
            let whole = try picture("noise.png")
            try whole.prefix(whole.count / 2).write(to: $0)
        },
        BadReference("cut.jpg", ["cut.jpg: The JPEG picture is cut off", "upload it again"]) {
            let whole = try picture("color.jpg")
            try whole.prefix(whole.count / 2).write(to: $0)
        },
        BadReference("bomb.png", ["60000×60000 pixels", "at most 10000", "make it smaller"]) {
            try Data(bomb).write(to: $0)
        },
        BadReference("bomb.jpg", ["60000×60000 pixels", "at most 10000", "make it smaller"]) {
            var bytes = Array(try picture("color.jpg"))
            if let frame = bytes.firstRange(of: [0xFF, 0xC0]) {
                let size = frame.upperBound + 3..<frame.upperBound + 7
                bytes.replaceSubrange(size, with: [0xEA, 0x60, 0xEA, 0x60])
            }
            try Data(bytes).write(to: $0)
        },
        BadReference("nothing.png", ["The mask nothing.png shows no subject", "mend it"]) {
            let mask = Mask(width: 9, height: 9, filledWith: 0)
            try Data(PNGEncoder.encode(RGBImage(width: 9, height: 9), alpha: mask)).write(to: $0)
        },
        BadReference("large.png", ["101×100 pixels", "at most 10000", "make it smaller"]) {
            try Data(PNGEncoder.encode(RGBImage(width: 101, height: 100))).write(to: $0)
        },
        BadReference("heavy.png", ["at most 50000 bytes, found 50001", "make it smaller"]) {
            try Data(count: 50_001).write(to: $0)
        },
        BadReference("print.jpg", ["print.jpg", "CMYK", "convert it to RGB"]) {
            try picture("cmyk.jpg").write(to: $0)
        },
    ]

    private static func picture(_ name: String) throws -> Data {
        try Data(contentsOf: Fixtures.folder("Imaging/\(name)"))
    }

    private static func symbolicLink(at file: URL, to path: String) throws {
        try FileManager.default.createSymbolicLink(atPath: file.path, withDestinationPath: path)
    }

    /// A PNG file of a few dozen bytes that says it has 60000 × 60000 pixels.
    private static let bomb: [UInt8] = {
        func bigEndian(_ value: UInt32) -> [UInt8] {
            [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
        }
        func chunk(_ type: String, _ content: [UInt8]) -> [UInt8] {
            let checked = Array(type.utf8) + content
            return bigEndian(UInt32(content.count)) + checked + bigEndian(checksum(checked))
        }
        let size = bigEndian(60_000) + bigEndian(60_000)
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
            + chunk("IHDR", size + [8, 2, 0, 0, 0]) + chunk("IDAT", [0x78, 0x9C, 0x03, 0x00])
            + chunk("IEND", [])
    }()

    /// CRC-32 as PNG has it.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~0) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in
                sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1
            }
        }
    }
}
