import Digests
import Foundation
import Imaging
import JobQueue
import Testing
import WorkerTestSupport

/// How references reach a job's pictures, through the real worker.
@Suite(.serialized)
struct ReferenceJobTests {
    private let plant: Plant

    init() throws {
        plant = try Plant()
        try plant.install(adapter: try Undisturbed.shared.get().adapter)
    }

    /// The picture of a job with one reference, which ends without a failure, and the job's warnings.
    private func picture(_ subject: String) throws -> (picture: Data, warnings: [String]) {
        let job = try plant.generate(
            #"{"subjects": [{"class": "dog", \#(subject)}], "png_metadata": "parameters"}"#
        )
        let worker = try plant.startWorker(["--drain"], "CONTRAST_MAX_IMAGE_PIXELS=10000\n")
        #expect(try worker.waitForExit() == 0)
        try plant.queue.expectOneWinner(job)
        let files = try plant.files("image", of: job)
        return (
            try #require(files["images/0000_s7.png"]),
            try #require(try plant.queue.store.job(job)).warnings
        )
    }

    private func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: plant.inputs.appending(path: name))
    }

    @Test func contentCanBeNamedByItsHashAlone() throws {
        let file = plant.inputs.appending(path: "dog.png")
        let hash = try SHA256.digest(of: file).description
        let folder = plant.inputs.appending(path: "sha256/\(hash.prefix(2))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try FileManager.default.copyItem(at: file, to: folder.appending(path: hash))
        let named = try picture(#""images": ["dog.png"]"#)
        let hashed = try picture(#""images": [{"sha256": "\#(hash)"}]"#)
        #expect(hashed.picture == named.picture)
        #expect(hashed.warnings.isEmpty)
    }

    /// A subject is as large to the image encoder as training has it, wherever in its photo it stands: told by
    /// transparency, by a mask, or alone in its picture.
    @Test func whereTheSubjectStandsDoesNotCount() throws {
        func photo(x: Int, y: Int, side: Int) -> (image: RGBImage, mask: Mask) {
            var image = RGBImage(width: side, height: side, filledWith: RGBColor(0, 90, 200))
            var mask = Mask(width: side, height: side, filledWith: 0)
            for row in 0..<20 {
                for column in 0..<12 {
                    image[x + column, y + row] = RGBColor(220, UInt8(5 * row), UInt8(9 * column))
                    mask[x + column, y + row] = 255
                }
            }
            return (image, mask)
        }
        let (corner, cornerMask) = photo(x: 1, y: 2, side: 90)
        try write(PNGEncoder.encode(corner, alpha: cornerMask), to: "corner.png")
        let (middle, middleMask) = photo(x: 14, y: 10, side: 40)
        try write(PNGEncoder.encode(middle), to: "middle.png")
        try write(PNGEncoder.encode(middleMask), to: "middle.mask.png")
        let cutOut = try picture(#""images": ["corner.png"]"#).picture
        let masked = try picture(#""images": ["middle.png"], "mask": "middle.mask.png""#).picture
        #expect(cutOut == masked)
        #expect(try picture(#""images": ["middle.png"]"#).picture != masked)
    }

    @Test func aPhotoOverTheLimitIsReadSmallerAndTheJobTold() throws {
        try write(JPEGEncoder.encode(RGBImage(width: 200, height: 150)), to: "large.jpg")
        let warnings = try picture(#""images": ["large.jpg"]"#).warnings
        #expect(
            warnings == [
                """
                large.jpg has more than the 10000 pixels that are allowed (CONTRAST_MAX_IMAGE_PIXELS); it is \
                read at 1/2 of its size.
                """
            ]
        )
    }
}
