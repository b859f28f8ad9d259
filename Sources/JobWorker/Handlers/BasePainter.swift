internal import Evaluation
internal import Generation
internal import Imaging
internal import Requests

/// A base that paints the captions of an evaluation, as `generate` jobs without subjects do.
struct BasePainter: CaptionPainter {
    let sha256: String
    private let base: BaseModel
    private let sampling: SamplingSettings

    /// Creates the painter of a request.
    init(_ base: BaseModel, _ settings: ZeroShotSettings) throws {
        self.base = base
        sha256 = try base.identity().sha256
        var sampling = SamplingSettings(
            stepCount: settings.steps,
            guidanceScale: settings.guidanceScale
        )
        sampling.sampler = settings.sampler.integrator
        self.sampling = sampling
    }

    var name: String { base.name }

    var pictureSide: Int { base.pictureSide }

    func picture(
        of caption: String,
        seed: Int,
        stepDone: (Int) throws -> Void
    ) throws -> RGBImage {
        try base.picture(of: caption, sampling, seed: seed, stepDone: stepDone)
    }
}
