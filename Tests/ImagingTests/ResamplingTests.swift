import Imaging
import Testing

@Suite struct ResamplingTests {
    @Test(
        arguments: [(64, 72), (11, 7), (20, 53), (37, 90), (36, 54)],
        [ResamplingFilter.bicubic, .bilinear]
    )
    func equalsPillow(size: (Int, Int), filter: ResamplingFilter) throws {
        let expected = try fixtureImage("resize-\(filter)-\(size.0)x\(size.1).png")
        let noise = try fixtureImage("noise.png")
        #expect(noise.resized(width: size.0, height: size.1, filter: filter) == expected)
    }

    @Test func nearestEqualsPillow() throws {
        let noise = try fixtureImage("noise.png")
        let red = stride(from: 0, to: noise.pixels.count, by: 3).map { noise.pixels[$0] }
        let mask = Mask(width: noise.width, height: noise.height, values: red)
        let expected = try fixtureImage("resize-nearest-16x16.png")
        let values = stride(from: 0, to: expected.pixels.count, by: 3).map { expected.pixels[$0] }
        #expect(mask.resizedToNearest(width: 16, height: 16).values == values)
    }

    @Test func keepsProportions() {
        let image = testImage(width: 100, height: 67)
        let resized = image.resized(shorterSide: 33)
        #expect(resized.width == 49 && resized.height == 33)
        #expect(image.fitted(within: 50).width == 50)
        #expect(image.fitted(within: 200) == image)
    }

    @Test func cropsTheMiddle() {
        let image = testImage(width: 9, height: 6)
        let middle = image.centerCropped(width: 4, height: 4)
        #expect(middle[0, 0] == image[2, 1])
        #expect(middle[3, 3] == image[5, 4])
    }

    @Test func padsToASquare() {
        let image = testImage(width: 9, height: 4)
        let square = image.paddedToSquare()
        #expect(square.width == 9 && square.height == 9)
        #expect(square[4, 0] == .white && square[4, 2] == image[4, 0] && square[4, 6] == .white)
    }

    @Test func turnsIntoFloatsAndBack() throws {
        let image = testImage(width: 16, height: 16)
        let floats = image.signedFloats
        #expect(floats.min() ?? 0 >= -1 && floats.max() ?? 0 <= 1)
        #expect(try RGBImage(width: 16, height: 16, signedFloats: floats) == image)
        var broken = floats
        broken[5] = .nan
        #expect(throws: ImageError.notFinite(count: 1, of: floats.count)) {
            try RGBImage(width: 16, height: 16, signedFloats: broken)
        }
    }
}
