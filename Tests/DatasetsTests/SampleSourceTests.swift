import Datasets
import Imaging
import SmallWorld
import Testing

@Suite struct SampleSourceTests {
    @Test func pairsShowTwoViewsOfOneSubject() throws {
        let files = try exportedWorld(subjects: 6, views: 9)
        let dataset = try MultiViewDataset(root: files.root)
        let pairs = ViewPairs(dataset, side: 32, referenceSide: 24, seed: 1)
        #expect(pairs.count == 54)
        let epoch = try (0..<54).map { try pairs.sample(epoch: 0, offset: $0) }
        for subject in 0..<6 { #expect(epoch.count { $0.subject == subject } == 9) }
        for pair in epoch {
            #expect(pair.image.width == 32 && pair.mask.width == 32)
            #expect(pair.reference.width == 24 && pair.reference != pair.positive)
            #expect(pair.reference.pixels.contains { $0 < 200 })
            #expect(ObjectTemplates.names(pair.className, in: pair.caption))
        }
        let again = try pairs.sample(epoch: 0, offset: 20)
        #expect(again.reference == epoch[20].reference && again.caption == epoch[20].caption)
        let order = epoch.map(\.subject)
        #expect(try (0..<54).map { try pairs.sample(epoch: 1, offset: $0).subject } != order)
    }

    @Test func smallWorldPairsNeedNoFiles() {
        let pairs = SmallWorldPairs(WorldSampler(seed: 2), count: 8)
        let subjects = (0..<8).map { pairs.sample(epoch: 3, offset: $0).subject }
        #expect(Set(subjects) == Set(0..<8))
        let pair = pairs.sample(epoch: 0, offset: 1)
        #expect(pair.mask.boundingBox() != nil && pair.reference != pair.positive)
        #expect(pair.image != pairs.sample(epoch: 1, offset: 1).image)
    }

    @Test func captionedPicturesFallBackToTemplates() throws {
        let files = try TestDataset()
        try files.writePicture("red_mug1/1.png", width: 40, height: 20)
        let source = CaptionedPictures(try MultiViewDataset(root: files.root), side: 16, seed: 1)
        let sample = try source.sample(epoch: 0, offset: 0)
        #expect(sample.image.width == 16 && sample.image.height == 16)
        #expect(sample.caption.contains("red mug"))
    }

    @Test func namesAreWholeWords() {
        #expect(ObjectTemplates.names("car", in: "a photo of a Car, at night"))
        #expect(!ObjectTemplates.names("car", in: "a photo of a carpet"))
        #expect(ObjectTemplates.names("teddy bear", in: "my teddy bear"))
        #expect(ObjectTemplates.all.count == 27)
    }

    @Test func placementKeepsTheSubjectWhole() {
        var image = RGBImage(width: 40, height: 30, filledWith: RGBColor(0, 0, 200))
        var mask = Mask(width: 40, height: 30, filledWith: 0)
        for y in 5..<25 {
            for x in 10..<20 {
                image[x, y] = RGBColor(200, 0, 0)
                mask[x, y] = 255
            }
        }
        let view = LoadedView(image: image, mask: mask)
        var random = CounterGenerator(seed: 1, stream: 1)
        for _ in 0..<20 {
            let placed = CutOutPlacement().placed(view, side: 32, using: &random)
            var reds = 0
            for y in 0..<32 {
                for x in 0..<32 {
                    let color = placed[x, y]
                    #expect(color.blue <= color.red)
                    if color.red == 200, color.green == 0 { reds += 1 }
                }
            }
            #expect(reds > 100)
        }
        let centered = CutOutPlacement().centered(view, side: 48)
        #expect(centered[24, 24] == RGBColor(200, 0, 0))
        #expect(centered[24, 2] == .white && centered[24, 45] == .white)
        // The box of 10 × 20 pixels as it is, on 24 × 24.
        let framed = CutOutPlacement().framed(view)
        #expect(framed.width == 24 && framed.height == 24)
        #expect(framed[12, 2] == RGBColor(200, 0, 0) && framed[12, 1] == .white)
        #expect(framed[7, 12] == RGBColor(200, 0, 0) && framed[6, 12] == .white)
        #expect(framed == CutOutPlacement().centered(view, side: 24))
        let bare = LoadedView(image: image, mask: nil)
        #expect(CutOutPlacement().framed(bare) == image.paddedToSquare())
    }
}
