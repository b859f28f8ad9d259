internal import Imaging
package import Requests
internal import SmallWorld

/// What a judge recognises in the pictures that a base paints for captions of the small world, beside what
/// it recognises in rendered pictures of the same captions.
///
/// Painting takes nearly all the time, so finished pictures are kept in checkpoints: an attempt goes on with
/// the next one. A picture depends on its caption and its seed alone.
package struct ZeroShotEvaluation {
    /// Pictures that are judged at a time.
    private static let batchSize = 16

    let settings: ZeroShotSettings
    let seed: Int
    let judge: CLIPJudge
    let painter: any CaptionPainter
    /// The longest time between checkpoints.
    let checkpointInterval: Duration
    private let sampler: WorldSampler

    package init(
        _ settings: ZeroShotSettings,
        seed: Int,
        judge: CLIPJudge,
        painter: any CaptionPainter,
        checkpointInterval: Duration = .seconds(60)
    ) {
        self.settings = settings
        self.seed = seed
        self.judge = judge
        self.painter = painter
        self.checkpointInterval = checkpointInterval
        sampler = WorldSampler(seed: UInt64(seed), split: settings.split.worldSplit)
    }

    /// The captions.
    package var cases: [ZeroShotCase] {
        (0..<settings.count).map { ZeroShotCase($0, of: sampler) }
    }

    /// Sampler steps in all.
    package var stepCount: Int { settings.count * settings.steps }

    /// Paints, renders and judges.
    ///
    /// - Parameters:
    ///   - firstStep: The steps of the job that were done before this.
    ///   - steps: The steps of the whole job.
    package func run(
        from firstStep: Int,
        of steps: Int,
        host: any PipelineHost
    ) throws -> ZeroShotPictures {
        let cases = cases
        let painted = try painted(cases, from: firstStep, of: steps, host: host)
        let renderer = Renderer(side: painter.pictureSide)
        let rendered = try cases.map { zeroShotCase in
            try host.throwIfInterrupted()
            return try PNGEncoder.encode(renderer.render(zeroShotCase.description).image)
        }
        var texts = KnownTexts(judge)
        let pictures = ZeroShotPictures(
            painted: painted,
            rendered: rendered,
            paintedResult: try judged(painted, cases, &texts, host),
            renderedResult: try judged(rendered, cases, &texts, host)
        )
        report(pictures, host)
        return pictures
    }

    /// The judge's answers about pictures, which are PNG files.
    private func judged(
        _ pictures: [[UInt8]],
        _ cases: [ZeroShotCase],
        _ texts: inout KnownTexts,
        _ host: any PipelineHost
    ) throws -> ZeroShotResult {
        var answers: [ZeroShotAnswer] = []
        for first in stride(from: 0, to: cases.count, by: Self.batchSize) {
            try host.throwIfInterrupted()
            let batch = first..<min(first + Self.batchSize, cases.count)
            let images = try batch.map { try ImageDecoder().decode(pictures[$0]).image }
            let embeddings = try judge.embeddings(of: images)
            for (zeroShotCase, picture) in zip(cases[batch], embeddings) {
                var candidates: [ZeroShotQuestion: [UnitEmbedding]] = [:]
                for question in ZeroShotQuestion.allCases {
                    candidates[question] = try texts.embeddings(
                        of: zeroShotCase.candidates(question, settings.prompts)
                    )
                }
                answers.append(
                    ZeroShotAnswer(
                        picture: picture,
                        caption: try texts.embeddings(of: [zeroShotCase.caption])[0],
                        candidates: candidates
                    )
                )
            }
        }
        return ZeroShotResult(cases: cases, answers: answers, seed: seed)
    }

    private func report(_ pictures: ZeroShotPictures, _ host: any PipelineHost) {
        for (name, result) in pictures.results {
            for figure in result.figures(name) {
                host.report(metric: figure.name, value: figure.value, step: settings.count)
            }
            for question in ZeroShotQuestion.allCases {
                let share = result.confusion(question).accuracy
                host.log("\(name) pictures: \(question.rawValue) right in \(percent(share))")
                for weakness in result.confusion(question).weaknesses(below: 0.5) {
                    host.log("\(name) pictures: \(question.rawValue) \(weakness)")
                }
            }
        }
        for question in ZeroShotQuestion.allCases {
            let table = pictures.renderedResult.confusion(question)
            guard !table.weaknesses(below: 0.5).isEmpty else { continue }
            host.warn(
                "The judge names the \(question.rawValue) of \(percent(table.accuracy)) of the "
                    + "rendered pictures, where it is certain to be there; it says as little about "
                    + "painted ones. Which it mistakes for which is in the report and the log."
            )
        }
    }

    private func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
}
