import Evaluation
import Imaging
import SmallWorld

/// A base that paints perfectly: it renders what the captions were drawn from.
final class RenderingPainter: CaptionPainter {
    let name = "perfect"
    let sha256 = String(repeating: "0", count: 64)
    let pictureSide = 64
    /// Seeds of the pictures it has finished.
    private(set) var painted: [Int] = []
    private let sampler: WorldSampler
    private let firstSeed: Int
    private let steps: Int

    init(seed: Int, steps: Int) {
        sampler = WorldSampler(seed: UInt64(seed), split: .test)
        firstSeed = seed
        self.steps = steps
    }

    func picture(
        of caption: String,
        seed: Int,
        stepDone: (Int) throws -> Void
    ) throws -> RGBImage {
        for step in 1...steps { try stepDone(step) }
        painted.append(seed)
        return Renderer(side: 64).render(sampler.picture(seed - firstSeed)).image
    }
}
