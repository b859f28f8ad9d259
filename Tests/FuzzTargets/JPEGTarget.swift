internal import Imaging
internal import TestSupport

/// A JPEG file with its EXIF orientation.
package struct JPEGTarget: FuzzTarget {
    package static let name = "jpeg"
    private let file: InputFile

    package init() throws { file = try InputFile() }

    package func run(_ input: [UInt8]) throws {
        _ = EXIFOrientation(jpeg: input)
        try PictureReading.read(input, in: file)
    }

    package func seeds() throws -> [[UInt8]] {
        try [
            "color", "subsampled", "progressive", "grey", "cmyk", "orientation1", "orientation6",
        ].map { try Fixtures.bytes("Imaging/\($0).jpg") }
    }
}
