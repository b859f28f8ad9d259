import Datasets
import Foundation
import Imaging
import SmallWorld
import Synchronization
import Testing

@Suite struct MultiViewDatasetTests {
    @Test func readsWhatTheSmallWorldExports() throws {
        let files = try exportedWorld(subjects: 12, views: 3)
        let dataset = try MultiViewDataset(root: files.root)
        #expect(dataset.subjects.count == 12)
        #expect(dataset.subjects.allSatisfy { $0.views.count == 3 })
        #expect(Set(dataset.subjects.map(\.className)) == Set(SubjectClass.allCases.map(\.noun)))
        #expect(dataset.notes.isEmpty)
        #expect(try dataset.check().failures.isEmpty)
        let view = try dataset.load(dataset.subjects[0].views[0])
        #expect(view.mask?.coverage() ?? 0 > 0.05)
        #expect(dataset.subjects[0].views[0].caption?.contains("mug") == true)
        let ducks = try dataset.restricted(to: ["duck"])
        #expect(ducks.subjects.count == 1 && ducks.subjects[0].className == "duck")
        #expect(throws: DatasetError.self) { try dataset.restricted(to: ["unicorn"]) }
    }

    /// Masks in a tree of their own with values above 225 for the subject, as in MVImgNet's first release.
    @Test func readsMasksInATreeOfTheirOwn() throws {
        let files = try TestDataset()
        try files.write("2,wahser\n", to: "mvimgnet_category.txt")
        for frame in ["001", "002", "003"] { try files.writePicture("2/0a1b/images/\(frame).jpg") }
        for frame in ["001", "002"] {
            try files.writeMask("mask/2/0a1b/\(frame).jpg.png", outside: 200)
        }
        let dataset = try MultiViewDataset(root: files.root)
        #expect(dataset.subjects.map(\.className) == ["washer"])
        #expect(dataset.subjects[0].views.count == 2)
        #expect(dataset.notes == ["2/0a1b: 1 pictures have no mask"])
        let mask = try dataset.load(dataset.subjects[0].views[0]).mask
        #expect(mask?.boundingBox(threshold: 1) == PixelRectangle(x: 3, y: 2, width: 6, height: 4))
    }

    @Test func readsCutOutsBesideTheFrames() throws {
        let files = try TestDataset()
        try files.write("7,cup\n", to: "mvimgnet_category.txt")
        try files.writePicture("7/ff/images/001.jpg")
        try files.writeMask("7/ff/images/001_bg_removed.png")
        let dataset = try MultiViewDataset(root: files.root)
        #expect(dataset.subjects[0].views.count == 1)
        #expect(dataset.subjects[0].views[0].mask?.form == .transparency)
    }

    @Test func refusesAClassWithoutAName() throws {
        let files = try TestDataset()
        try files.writePicture("9/ff/images/001.jpg")
        #expect(throws: DatasetError.unknownClass(9)) { try MultiViewDataset(root: files.root) }
    }

    @Test func readsAFolderPerSubject() throws {
        let files = try TestDataset()
        try files.writePicture("backpack_dog2/10.png")
        try files.writePicture("backpack_dog2/9.png")
        try files.write("a photo of my backpack dog\n", to: "backpack_dog2/9.txt")
        try files.writeMask("backpack_dog2/masks/9.png")
        try files.writePicture("rex/a.jpg")
        try files.write("dog\n", to: "rex/class.txt")
        try files.write(
            #"{"file_name": "rex/a.jpg", "text": "a dog on grass", "width": 12}"# + "\n",
            to: "metadata.jsonl"
        )
        let dataset = try MultiViewDataset(root: files.root)
        #expect(dataset.subjects.map(\.className) == ["backpack dog", "dog"])
        #expect(
            dataset.subjects[0].views.map(\.image) == [
                "backpack_dog2/9.png", "backpack_dog2/10.png",
            ]
        )
        #expect(dataset.subjects[0].views[0].caption == "a photo of my backpack dog")
        #expect(dataset.subjects[1].views[0].caption == "a dog on grass")
    }

    @Test func readsOneFolderOfOneSubject() throws {
        let files = try TestDataset()
        try files.writePicture("IMG_1.JPG")
        try files.writePicture("IMG_2.png")
        try files.writeMask("IMG_2_mask.png")
        let unnamed = try MultiViewDataset(root: files.root)
        #expect(unnamed.subjects.map(\.className) == ["object", "object"])
        #expect(throws: DatasetError.pictureWithoutNoun("IMG_1.JPG")) {
            try unnamed.requireNouns()
        }
        try files.write("circuit board \n", to: "class.txt")
        let dataset = try MultiViewDataset(root: files.root)
        try dataset.requireNouns()
        #expect(dataset.subjects.map(\.className) == ["circuit board"])
        #expect(dataset.subjects[0].views.map(\.image) == ["IMG_1.JPG", "IMG_2.png"])
        #expect(dataset.subjects[0].views.map { $0.mask?.path } == [nil, "IMG_2_mask.png"])
        #expect(
            dataset.summary
                == "Pictures: 2, 1 of them with a mask file; subjects: 1 (circuit board)."
        )
    }

    /// Decoded whole or not: what is wrong with a file's header or end is found.
    @Test(arguments: [0, 500])
    func namesBadPictures(wholeLimit: Int) throws {
        let files = try TestDataset()
        try files.writePicture("dog/1.png")
        try files.write([], to: "dog/2.png")
        try files.write("no picture", to: "dog/3.jpg")
        try files.writePicture("dog/4.jpg")
        try files.writePicture("dog/5.jpg")
        let whole = try Data(contentsOf: files.root.appending(path: "dog/5.jpg"))
        try files.write(Array(whole.dropLast(100)), to: "dog/5.jpg")
        var looked = 0
        let check = try MultiViewDataset(root: files.root).check(wholeLimit: wholeLimit) {
            looked += 1
        }
        #expect(looked == 5 && check.isWhole == (wholeLimit == 500))
        #expect(
            check.failures as? [ImageError] == [
                .inFile(name: "dog/2.png", .empty),
                .inFile(
                    name: "dog/3.jpg",
                    .unknownFormat(firstBytes: Array("no p".utf8))
                ),
                .inFile(name: "dog/5.jpg", .truncated(.jpeg)),
            ]
        )
        let error = #expect(throws: DatasetError.self) { try check.requireUsable() }
        let words = try #require(error).description
        #expect(
            words.hasPrefix("3 pictures of the data set cannot be used. dog/2.png: The picture")
        )
    }

    @Test func tellsOfPicturesThatLimitsReduce() throws {
        let files = try TestDataset()
        try files.writePicture("dog/1.jpg", width: 200, height: 150)
        try files.writePicture("dog/2.jpg", width: 80, height: 60)
        let dataset = try MultiViewDataset(root: files.root)
        let limits = ImageLimits(pixels: 10_000)
        let check = try dataset.check(sufficientSide: 128, limits: limits)
        try check.requireUsable()
        #expect(check.reduced == ["dog/1.jpg"])
        #expect(check.warning?.contains("CONTRAST_MAX_IMAGE_PIXELS") == true)
        #expect(try dataset.check(sufficientSide: 64, limits: limits).warning == nil)
    }

    /// The limits hold for what a training reads.
    @Test func samplesKeepToTheLimits() throws {
        let files = try TestDataset()
        try files.writePicture("dog/1.png", width: 200, height: 150)
        let dataset = try MultiViewDataset(root: files.root)
        let limits = ImageLimits(pixels: 10_000)
        let error = ImageError.inFile(
            name: "dog/1.png",
            .tooManyPixels(width: 200, height: 150, limit: 10_000)
        )
        #expect(throws: error) {
            try ViewPairs(dataset, side: 32, referenceSide: 24, limits: limits, seed: 1)
                .sample(epoch: 0, offset: 0)
        }
        #expect(throws: error) {
            try CaptionedPictures(dataset, side: 32, limits: limits, seed: 1)
                .sample(epoch: 0, offset: 0)
        }
    }

    @Test func refusesLinksOutOfTheRoot() throws {
        let files = try TestDataset()
        let outside = try TestDataset()
        try outside.writePicture("secret.png")
        try files.writePicture("dog/1.png")
        try FileManager.default.createSymbolicLink(
            at: files.root.appendingPathComponent("dog/2.png"),
            withDestinationURL: outside.root.appendingPathComponent("secret.png")
        )
        let failures = try MultiViewDataset(root: files.root).check().failures
        #expect(failures as? [DatasetError] == [.outsideRoot("dog/2.png")])
    }

    /// A picture of the data set leads inside and outside by turns, while it is read.
    @Test func aPictureThatIsSwappedForALinkLeadsNowhereElse() throws {
        let files = try TestDataset()
        let outside = try TestDataset()
        try outside.writePicture("secret.png", width: 9)
        try files.writePicture("dog/0.png", width: 8)
        try files.writePicture("dog/1.png", width: 8)
        let dataset = try MultiViewDataset(root: files.root)
        let (name, secret) = (
            files.root.appending(path: "dog/1.png").path,
            outside.root.appending(path: "secret.png").path
        )
        let isOver = Atomic(false)
        let thread = Thread {
            var inside = true
            while !isOver.load(ordering: .relaxed) {
                _ = unsafe symlink(inside ? "0.png" : secret, name + ".next")
                _ = unsafe rename(name + ".next", name)
                inside.toggle()
            }
        }
        thread.start()
        defer { isOver.store(true, ordering: .relaxed) }
        var counts = [0, 0]
        while counts.contains(where: { $0 < 100 }) {
            do {
                #expect(try dataset.load(dataset.subjects[0].views[1]).image.width == 8)
                counts[0] += 1
            } catch {
                #expect(error as? DatasetError == .outsideRoot("dog/1.png"), "\(error)")
                counts[1] += 1
            }
        }
    }

    /// What cannot be opened as a picture or a folder is passed over.
    @Test func aSocketAmongThePicturesIsNoPicture() throws {
        let files = try TestDataset()
        try files.writePicture("dog/1.png")
        let name = files.root.appending(path: "lock").path
        try #require(unsafe mknod(name, S_IFSOCK | 0o600, 0) == 0)
        #expect(try MultiViewDataset(root: files.root).subjects.count == 1)
    }

    @Test func refusesEmptyAndMissingFolders() throws {
        let files = try TestDataset()
        #expect(throws: DatasetError.empty) { try MultiViewDataset(root: files.root) }
        #expect(throws: DatasetError.unreadableFolder("none")) {
            try MultiViewDataset(root: files.root.appendingPathComponent("none"))
        }
    }

    @Test func refusesAMaskThatShowsNothing() throws {
        let files = try TestDataset()
        try files.writePicture("dog/1.png")
        try files.write(
            try PNGEncoder.encode(Mask(width: 12, height: 8, filledWith: 0)),
            to: "dog/masks/1.png"
        )
        let dataset = try MultiViewDataset(root: files.root)
        #expect(throws: DatasetError.emptyMask("dog/masks/1.png")) {
            try dataset.load(dataset.subjects[0].views[0])
        }
    }
}
