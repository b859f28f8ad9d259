package import Foundation
package import Imaging
internal import Requests
internal import Tensors

/// Pictures with captions in a folder with `metadata.jsonl` (`file_name`, `text`), as Hugging Face's
/// imagefolder has them; read once, kept in memory as bytes, shuffled anew each epoch.
package final class CaptionedFolder: CaptionedPictures {
    private let entries: [(image: RGBImage, caption: String)]
    private let batchSize: Int
    private let batchesPerStep: Int
    private let seed: UInt64
    private var order: (epoch: Int, indices: [Int]) = (-1, [])

    /// Reads all pictures.
    ///
    /// - Parameters:
    ///   - side: What every picture is resized and centre-cropped to, in pixels.
    ///   - batchesPerStep: The micro-batches of a step.
    ///   - seed: Of the order.
    /// - Throws: `TrainingError` if there are fewer than a batch, `ImageError` naming the file, or what
    ///   reading throws.
    package init(
        _ folder: URL,
        side: Int,
        batchSize: Int,
        batchesPerStep: Int,
        seed: UInt64,
        decoder: ImageDecoder = ImageDecoder()
    ) throws {
        self.batchSize = batchSize
        self.batchesPerStep = batchesPerStep
        self.seed = seed
        let lines = try String(
            contentsOf: folder.appending(path: "metadata.jsonl"),
            encoding: .utf8
        ).split(separator: "\n")
        entries = try lines.map { line in
            let entry = try JSONDecoder().decode(Entry.self, from: Data(line.utf8))
            if let problem = RelativePath.problem(with: entry.fileName) {
                throw TrainingError.badDataSet(file: "metadata.jsonl", problem: problem)
            }
            let file = folder.appending(path: entry.fileName)
            let image = try decoder.decode(contentsOf: file.path(percentEncoded: false)).image
            let isReady = image.width == side && image.height == side
            return (isReady ? image : image.squared(side: side), entry.text)
        }
        guard entries.count >= batchSize else {
            throw TrainingError.tooLittleData(
                expected: "at least one batch of \(batchSize) pictures",
                found: "\(entries.count)"
            )
        }
    }

    /// One line of `metadata.jsonl`; further members are ignored, as Hugging Face does.
    private struct Entry: Decodable {
        let fileName: String
        let text: String

        enum CodingKeys: String, CodingKey {
            case fileName = "file_name"
            case text
        }
    }

    package func batch(step: Int, microBatch: Int) throws -> CaptionedBatch {
        let first = (step * batchesPerStep + microBatch) * batchSize
        let batch = (first..<first + batchSize).map { entries[entry(at: $0)] }
        return CaptionedBatch(images: batch.map(\.image), captions: batch.map(\.caption))
    }

    /// The entry that comes `position`-th, counted over all epochs.
    private func entry(at position: Int) -> Int {
        let epoch = position / entries.count
        if order.epoch != epoch {
            var random = PhiloxSource(seed: seed, stream: 1 << 63 | UInt64(epoch))
            order = (epoch, entries.indices.shuffled(using: &random))
        }
        return order.indices[position % entries.count]
    }
}

extension RGBImage {
    /// The picture's centre as a square of a side in pixels.
    fileprivate func squared(side: Int) -> RGBImage {
        resized(shorterSide: side).centerCropped(width: side, height: side)
    }
}
