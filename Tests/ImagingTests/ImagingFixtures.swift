import Foundation
import Imaging
import TestSupport

/// The bytes of a file among the imaging fixtures.
func fixtureBytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: Fixtures.folder("Imaging").appendingPathComponent(name)))
}

/// The picture in a file among the imaging fixtures.
func fixtureImage(_ name: String) throws -> RGBImage {
    try ImageDecoder().decode(try fixtureBytes(name)).image
}

/// A picture whose pixels all differ from their neighbours.
func testImage(width: Int, height: Int) -> RGBImage {
    var image = RGBImage(width: width, height: height)
    for y in 0..<height {
        for x in 0..<width {
            image[x, y] = RGBColor(
                UInt8(x * 7 % 256),
                UInt8(y * 13 % 256),
                UInt8((x + y) * 5 % 256)
            )
        }
    }
    return image
}
