import Imaging
import Testing

@Suite struct CompositionTests {
    @Test func pastesAndCutsOffWhatSticksOut() {
        let image = testImage(width: 4, height: 4)
        var canvas = RGBImage(width: 6, height: 6)
        canvas.paste(image, x: -1, y: 4)
        #expect(canvas[0, 4] == image[1, 0])
        #expect(canvas[2, 5] == image[3, 1])
        #expect(canvas[3, 4] == .white)
        canvas.paste(image, x: 100, y: 0)
        canvas.paste(image, x: -4, y: -9)
        #expect(canvas[0, 0] == .white)
    }

    @Test func cutsOutByAMask() {
        let image = testImage(width: 3, height: 1)
        let mask = Mask(width: 3, height: 1, values: [0, 255, 128])
        let cut = image.cutOut(by: mask, canvas: .black)
        #expect(cut[0, 0] == .black && cut[1, 0] == image[1, 0])
        #expect(cut[2, 0].red == UInt8((Double(image[2, 0].red) * 128 / 255).rounded()))
    }

    @Test func findsWhereAMaskIsSet() {
        var mask = Mask(width: 8, height: 6, filledWith: 0)
        #expect(mask.boundingBox() == nil)
        mask[2, 1] = 255
        mask[5, 4] = 200
        #expect(mask.boundingBox() == PixelRectangle(x: 2, y: 1, width: 4, height: 4))
        #expect(mask.coverage() == 2.0 / 48)
    }

    @Test func laysOutAContactSheet() {
        let cells = (0..<5).map { index in
            ContactSheet.Cell(testImage(width: 16, height: 16), label: "seed \(index) on a beach")
        }
        let sheet = ContactSheet(cells: cells, columns: 3, cellSide: 64).image()
        #expect(sheet.width == 3 * 70 + 6 && sheet.height == 2 * (64 + 22 + 6) + 6)
        #expect(sheet[6, 6] == cells[0].image?[0, 0])
        #expect(sheet.pixels.contains(0))
        var large = ContactSheet(cells: cells, columns: 3, cellSide: 4096)
        large.pixelLimit = 1_000_000
        let shrunk = large.image()
        #expect(shrunk.width * shrunk.height <= 1_000_000)
    }
}
