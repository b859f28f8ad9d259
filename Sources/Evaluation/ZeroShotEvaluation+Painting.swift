internal import Foundation
internal import Imaging
internal import Requests

extension ZeroShotEvaluation {
    /// The picture of each caption, as a PNG file; those of an earlier attempt are taken over.
    func painted(
        _ cases: [ZeroShotCase],
        from firstStep: Int,
        of steps: Int,
        host: any PipelineHost
    ) throws -> [[UInt8]] {
        var pictures = try host.resumePoint.map { try saved(in: $0.folder) } ?? []
        var savedAt = ContinuousClock.now
        var savedCount = pictures.count
        func save() throws {
            guard pictures.count > savedCount else { return }
            try host.saveCheckpoint(step: firstStep + pictures.count * settings.steps) { folder in
                for (index, picture) in pictures.enumerated() {
                    try Data(picture).write(to: folder.appending(path: Self.fileName(index)))
                }
            }
            (savedAt, savedCount) = (.now, pictures.count)
        }
        for zeroShotCase in cases.dropFirst(pictures.count) {
            let done = firstStep + zeroShotCase.index * settings.steps
            do {
                let picture = try painter.picture(
                    of: zeroShotCase.caption,
                    seed: seed + zeroShotCase.index
                ) { step in
                    host.report(step: done + min(step, settings.steps), of: steps)
                    try host.throwIfInterrupted()
                }
                pictures.append(try PNGEncoder.encode(picture))
            } catch PipelineInterruption.yielded {
                try save()
                throw PipelineInterruption.yielded
            }
            if savedAt + checkpointInterval < .now { try save() }
        }
        return pictures
    }

    /// The pictures of an earlier attempt, from the first on.
    private func saved(in folder: URL) throws -> [[UInt8]] {
        var pictures: [[UInt8]] = []
        while pictures.count < settings.count {
            let file = folder.appending(path: Self.fileName(pictures.count))
            guard FileManager.default.fileExists(atPath: file.path) else { break }
            pictures.append(Array(try Data(contentsOf: file)))
        }
        return pictures
    }

    /// What the checkpoint calls a picture.
    private static func fileName(_ index: Int) -> String { "painted-\(index).png" }
}
