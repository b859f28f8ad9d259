/// Scores of the pictures that `generate` jobs made.
package struct EvaluationRequest: RequestObject, Equatable {
    /// What is measured.
    package enum Metric: String, CaseIterable, Sendable {
        /// Cosine of picture and prompt (CLIP).
        case clipT = "clip_t"
        /// Cosine of picture and reference (CLIP).
        case clipI = "clip_i"
        /// Cosine of picture and reference (DINOv2).
        case dino
    }

    /// Numbers of the generate jobs.
    package let jobs: [Int]
    package let metrics: [Metric]
    /// The base whose CLIP judges.
    package let judge: ArtifactLocation
    package let seed: Int

    package init(_ fields: RequestReader) throws(RequestError) {
        jobs = try fields.integers(
            "jobs",
            count: 1...1024,
            each: 1...Int(Int64.max),
            absent: "required",
            "Numbers of the generate jobs whose pictures are scored."
        )
        metrics = try fields.choices("metrics", default: [.clipT, .clipI], "What is measured.")
        judge = try fields.location(
            "judge",
            default: "small-world",
            "Folder with the encoders that judge (models root)."
        )
        seed = try fields.seed("Seed of the confidence intervals' resampling.")
        try fields.require(
            !jobs.isEmpty,
            "jobs",
            "expected at least one job number, found none; name the generate jobs"
        )
    }
}
