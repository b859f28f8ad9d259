/// Scores of pictures: of those that `generate` jobs made, of a base by what its pictures show, or of both.
package struct EvaluationRequest: RequestObject, Equatable {
    /// What is measured on the pictures of jobs.
    package enum Metric: String, CaseIterable, Sendable {
        /// Cosine of picture and prompt (CLIP).
        case clipT = "clip_t"
        /// Cosine of picture and reference (CLIP).
        case clipI = "clip_i"
        /// Cosine of picture and reference (DINOv2).
        case dino
    }

    /// Numbers of the generate jobs; empty where only a base is asked about.
    package let jobs: [Int]
    package let metrics: [Metric]
    /// The CLIP that judges.
    package let judge: ArtifactLocation
    /// The DINOv2 that judges; needed for `dino`.
    package let dinoJudge: ArtifactLocation?
    /// How well a judge recognises what a base was asked for; nil asks nothing of that kind.
    package let zeroShot: ZeroShotSettings?
    /// The base that `zeroShot` asks about.
    package let base: ArtifactLocation
    /// Whether files of registered models may differ from what they were.
    package let allowsChangedModels: Bool
    package let savesContactSheet: Bool
    package let seed: Int

    package init(_ fields: RequestReader) throws(RequestError) {
        jobs = try fields.integers(
            "jobs",
            count: 1...1024,
            each: 1...Int(Int64.max),
            absent: "`zero_shot` alone",
            "Numbers of the generate jobs whose pictures are scored."
        )
        metrics = try fields.choices(
            "metrics",
            default: [.clipT, .clipI],
            "What is measured on them: likeness to the prompt, and to the references as CLIP or DINOv2 see it."
        )
        judge = try fields.location(
            "judge",
            default: "small-world",
            "The CLIP that judges (models root): a base with both encoders, or a CLIP folder."
        )
        dinoJudge = try fields.optionalLocation(
            "dino_judge",
            absent: "no `dino`",
            "The DINOv2 that judges (models root), such as a copy of facebook/dinov2-base."
        )
        zeroShot = try fields.optionalObject(
            "zero_shot",
            ZeroShotSettings.self,
            absent: "`jobs` alone",
            "Ask the judge what pictures of the small world's captions show; `{}` takes the defaults."
        )
        base = try fields.location(
            "base",
            default: "small-world",
            "Base that paints the captions of `zero_shot` (models root)."
        )
        allowsChangedModels = try fields.allowsChangedModels()
        savesContactSheet = try fields.flag(
            "contact_sheet",
            default: true,
            "Write sheets of the pictures with their scores."
        )
        seed = try fields.seed(
            "Seed of the confidence intervals' resampling, and of the captions of `zero_shot`, "
                + "whose picture `i` uses `seed + i`."
        )
        try checkTogether(fields)
    }

    private func checkTogether(_ fields: RequestReader) throws(RequestError) {
        try fields.require(
            !jobs.isEmpty || zeroShot != nil,
            "jobs",
            "expected job numbers or \"zero_shot\", found neither; name the generate jobs, "
                + "or write \"zero_shot\": {}"
        )
        try fields.require(
            Set(jobs).count == jobs.count,
            "jobs",
            "expected different job numbers, found one of them twice; leave it out"
        )
        try fields.require(
            metrics.contains(.dino) == (dinoJudge != nil),
            "dino_judge",
            dinoJudge == nil
                ? "expected a DINOv2 for the metric \"dino\", found none; name its folder"
                : "expected \"dino\" among the metrics for this judge, found none; "
                    + "write it there, or leave the judge out"
        )
        if let zeroShot {
            try fields.require(
                seed <= Seed.range.upperBound - zeroShot.count,
                "seed",
                "expected room for \(zeroShot.count) seeds, found \(seed); choose a smaller one"
            )
        }
    }
}
