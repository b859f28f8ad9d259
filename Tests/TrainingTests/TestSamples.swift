import Imaging

@testable import Datasets

/// Pictures with captions, the same in every epoch.
struct TestPictures: SampleSource {
    static let nouns = ["dog", "cat", "teddy bear", "dog", "cat", "teddy bear"]
    let count: Int

    func sample(epoch: Int, offset: Int) -> CaptionedPicture {
        CaptionedPicture(
            image: TestPictures.picture(offset, side: 32),
            caption: "a photo of a \(TestPictures.nouns[offset])"
        )
    }

    /// Stripes and a disc whose colours and places depend on the number.
    static func picture(_ number: Int, side: Int) -> RGBImage {
        var image = RGBImage(width: side, height: side)
        for y in 0..<side {
            for x in 0..<side {
                let (dx, dy) = (x - side * (number + 2) / 9, y - side / 2)
                let isDisc = dx * dx + dy * dy < side * side / 12
                image[x, y] =
                    isDisc
                    ? RGBColor(UInt8(40 * number), 200, UInt8(255 - 40 * number))
                    : RGBColor(UInt8((x * (number + 1) * 7) % 256), UInt8(y * 4), 90)
            }
        }
        return image
    }
}

/// Views of three subjects, two pictures each, the same in every epoch.
struct TestViews: SampleSource {
    let count: Int

    func sample(epoch: Int, offset: Int) -> ViewPair {
        var mask = Mask(width: 32, height: 32, filledWith: 0)
        for y in 8..<24 { for x in 4..<(16 + 2 * offset) { mask[x, y] = 255 } }
        let noun = TestPictures.nouns[offset]
        return ViewPair(
            image: TestPictures.picture(offset, side: 32),
            mask: mask,
            reference: TestPictures.picture(offset, side: 28),
            positive: TestPictures.picture((offset + 3) % 6, side: 28),
            caption: "a photo of a \(noun) on the beach",
            className: noun,
            subject: offset % 3
        )
    }
}
