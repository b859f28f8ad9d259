import Foundation
import Imaging
import SmallWorld
import TestSupport

/// A folder with files that tests put there.
final class TestDataset {
    private let folder: TemporaryFolder

    /// The folder's place.
    var root: URL { URL(fileURLWithPath: folder.path) }

    init() throws { folder = try TemporaryFolder() }

    /// Writes a file, making the folders it lies in.
    func write(_ bytes: [UInt8], to path: String) throws {
        let url = root.appendingPathComponent(path)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(bytes).write(to: url)
    }

    /// Writes a text file.
    func write(_ text: String, to path: String) throws { try write(Array(text.utf8), to: path) }

    /// Writes a picture whose pixels are told apart by `shade`.
    func writePicture(_ path: String, width: Int = 12, height: Int = 8, shade: UInt8 = 90) throws {
        let image = RGBImage(
            width: width,
            height: height,
            filledWith: RGBColor(shade, 255 - shade, 7)
        )
        let bytes =
            path.hasSuffix(".png") ? try PNGEncoder.encode(image) : try JPEGEncoder.encode(image)
        try write(bytes, to: path)
    }

    /// Writes a mask with a box of ones and the given value elsewhere.
    func writeMask(_ path: String, width: Int = 12, height: Int = 8, outside: UInt8 = 0) throws {
        var mask = Mask(width: width, height: height, filledWith: outside)
        for y in 2..<(height - 2) {
            for x in 3..<(width - 3) { mask[x, y] = 255 }
        }
        try write(try PNGEncoder.encode(mask), to: path)
    }
}

/// A small-world data set in MVImgNet's layout.
func exportedWorld(subjects: Int, views: Int) throws -> TestDataset {
    let dataset = try TestDataset()
    try WorldExport(sampler: WorldSampler(seed: 3), subjectCount: subjects, viewCount: views)
        .write(to: dataset.root)
    return dataset
}
