import Foundation
import Imaging
import TestSupport
import Testing

@Suite struct ImageDecoderTests {
    @Test(arguments: [
        "rgb8.png", "grey8.png", "palette.png", "rgba8.png", "rgb16.png", "grey16.png", "grey1.png",
        "gamma.png", "orientation.png", "adam7.png", "greyalpha8.png", "greyalpha16.png",
        "rgba16.png",
    ])
    func readsPNGAsPillowDoes(name: String) throws {
        let expected = try fixtureImage(
            name.replacingOccurrences(of: ".png", with: ".expected.png")
        )
        #expect(try fixtureImage(name) == expected)
    }

    /// Different releases of libjpeg differ by a rounding step.
    @Test(
        arguments: ["color.jpg", "subsampled.jpg", "progressive.jpg", "grey.jpg"]
            + (1...8).map { "orientation\($0).jpg" }
    )
    func readsJPEGAsPillowDoes(name: String) throws {
        let expected = try fixtureImage(
            name.replacingOccurrences(of: ".jpg", with: ".expected.png")
        )
        let found = try fixtureImage(name)
        try #require(found.width == expected.width && found.height == expected.height)
        let worst = zip(found.pixels, expected.pixels).map { abs(Int($0) - Int($1)) }.max() ?? 255
        #expect(worst <= 2)
    }

    @Test func keepsTransparencyAsMask() throws {
        let decoded = try ImageDecoder().decode(try fixtureBytes("rgba8.png"))
        #expect(decoded.alpha?.values.contains { $0 < 255 } == true)
        #expect(try ImageDecoder().decode(try fixtureBytes("rgb8.png")).alpha == nil)
    }

    @Test func laysTransparentPixelsOnTheCanvas() throws {
        var decoder = ImageDecoder()
        decoder.canvas = RGBColor(10, 20, 30)
        let decoded = try decoder.decode(try fixtureBytes("rgba8.png"))
        let alpha = try #require(decoded.alpha)
        for index in alpha.values.indices where alpha.values[index] == 0 {
            #expect(Array(decoded.image.pixels[(index * 3)..<(index * 3 + 3)]) == [10, 20, 30])
        }
    }

    @Test func refusesPrintColors() throws {
        let bytes = try fixtureBytes("cmyk.jpg")
        #expect(throws: ImageError.printColors) { try ImageDecoder().decode(bytes) }
    }

    @Test func refusesNothing() {
        #expect(throws: ImageError.empty) { try ImageDecoder().decode([]) }
    }

    @Test func refusesOtherContentWhateverItsName() {
        #expect(throws: ImageError.unknownFormat(firstBytes: [0x47, 0x49, 0x46, 0x38])) {
            try ImageDecoder().decode(Array("GIF89a".utf8))
        }
    }

    /// Cut anywhere, a file gives an error: never a crash, and never a half picture.
    @Test(arguments: ["rgb8.png", "palette.png", "noise.png", "color.jpg", "progressive.jpg"])
    func refusesTruncatedFiles(name: String) throws {
        let bytes = try fixtureBytes(name)
        // Without its last two bytes a JPEG file still has every pixel, so it ends two bytes before.
        for count in stride(from: 1, to: bytes.count - 2, by: 1) {
            #expect(throws: ImageError.self, "cut to \(count) of \(bytes.count) bytes") {
                try ImageDecoder().decode(Array(bytes.prefix(count)))
            }
        }
    }

    /// Whatever single byte is wrong, decoding ends.
    @Test(arguments: ["palette.png", "rgba8.png", "orientation6.jpg", "progressive.jpg"])
    func survivesDamage(name: String) throws {
        let bytes = try fixtureBytes(name)
        for index in bytes.indices {
            for change: UInt8 in [0xFF, 0x01, 0x80] {
                var damaged = bytes
                damaged[index] ^= change
                _ = try? ImageDecoder(limits: ImageLimits(pixels: 1 << 20)).decode(damaged)
                _ = try? PNGText.read(png: damaged)
            }
        }
    }

    @Test func refusesABombByItsHeader() throws {
        var bytes = try fixtureBytes("rgb8.png")
        bytes.replaceSubrange(16..<24, with: [0, 0, 0xC3, 0x50, 0, 0, 0xC3, 0x50])
        #expect(throws: ImageError.tooManyPixels(width: 50000, height: 50000, limit: 64_000_000)) {
            try ImageDecoder().decode(bytes)
        }
    }

    /// A JPEG file of a kilobyte that says it has 60000 × 60000 pixels would fit at an eighth of that.
    @Test func refusesAJPEGBombByItsHeader() throws {
        var bytes = try fixtureBytes("color.jpg")
        let frame = try #require(bytes.firstRange(of: [0xFF, 0xC0]))
        bytes.replaceSubrange(
            frame.upperBound + 3..<frame.upperBound + 7,
            with: [0xEA, 0x60, 0xEA, 0x60]
        )
        let error = ImageError.tooManyPixels(width: 60000, height: 60000, limit: 64_000_000)
        #expect(throws: error) { try ImageDecoder().decode(bytes) }
        #expect(throws: error) { try ImageDecoder(sufficientSide: 64).decode(bytes) }
    }

    /// Header and end of a file tell what decoding it would, but for damage in its middle.
    @Test func inspectsWithoutDecoding() throws {
        let folder = try TemporaryFolder()
        func inspect(_ bytes: [UInt8], _ decoder: ImageDecoder = ImageDecoder()) throws -> Bool {
            try decoder.inspect(contentsOf: folder.write(bytes, to: "picture"))
        }
        for name in ["rgb8.png", "noise.png", "color.jpg", "progressive.jpg", "orientation6.jpg"] {
            let bytes = try fixtureBytes(name)
            #expect(try !inspect(bytes), "\(name)")
            #expect(try !inspect(bytes + [UInt8](repeating: 0, count: 5000)), "\(name)")
            #expect(throws: ImageError.self, "\(name)") { try inspect(Array(bytes.dropLast(20))) }
        }
        let large = try JPEGEncoder.encode(testImage(width: 400, height: 200))
        let limits = ImageLimits(pixels: 30_000)
        #expect(try inspect(large, ImageDecoder(limits: limits)))
        #expect(try !inspect(large, ImageDecoder(limits: limits, sufficientSide: 100)))
        for (bytes, error) in [
            ([], ImageError.empty), (try fixtureBytes("cmyk.jpg"), .printColors),
            (Array("GIF89a".utf8), .unknownFormat(firstBytes: Array("GIF8".utf8))),
        ] {
            #expect(throws: ImageError.inFile(name: "picture", error)) { try inspect(bytes) }
        }
    }

    @Test func decodesLargeJPEGFilesSmaller() throws {
        let bytes = try JPEGEncoder.encode(testImage(width: 400, height: 200))
        let limited = try ImageDecoder(limits: ImageLimits(pixels: 30_000)).decode(bytes)
        #expect(limited.denominator == 2)
        #expect(limited.image.width == 200 && limited.image.height == 100)
        #expect(limited.isReducedByLimits)
        let sufficient = try ImageDecoder(sufficientSide: 50).decode(bytes)
        #expect(sufficient.denominator == 4 && !sufficient.isReducedByLimits)
        let both = ImageDecoder(limits: ImageLimits(pixels: 30_000), sufficientSide: 150)
        #expect(try both.decode(bytes).isReducedByLimits)
        #expect(throws: ImageError.tooManyPixels(width: 400, height: 200, limit: 1000)) {
            try ImageDecoder(limits: ImageLimits(pixels: 1000)).decode(bytes)
        }
    }

    @Test func readsFilesAndNamesThemInErrors() throws {
        let folder = Fixtures.folder("Imaging")
        let image = try ImageDecoder().decode(
            contentsOf: folder.appendingPathComponent("rgb8.png").path
        )
        #expect(image.image == (try fixtureImage("rgb8.png")))
        #expect(throws: ImageError.inFile(name: "cmyk.jpg", .printColors)) {
            try ImageDecoder().decode(contentsOf: folder.appendingPathComponent("cmyk.jpg").path)
        }
        let error = #expect(throws: ImageError.self) {
            try ImageDecoder().decode(contentsOf: folder.appendingPathComponent("none.png").path)
        }
        #expect(
            error?.description
                == "none.png: The picture cannot be read: there is no such file, or it may not be read."
        )
        #expect(
            throws: ImageError.inFile(name: "Imaging", .unreadable(reason: "it is no regular file"))
        ) {
            try ImageDecoder().decode(contentsOf: folder.path)
        }
        let size = try fixtureBytes("rgb8.png").count
        #expect(
            throws: ImageError.inFile(name: "rgb8.png", .tooManyBytes(found: size, limit: 10))
        ) {
            try ImageDecoder(limits: ImageLimits(bytes: 10))
                .decode(contentsOf: folder.appendingPathComponent("rgb8.png").path)
        }
    }
}
