internal import Imaging
package import Requests

/// Scores of finished pictures: how close each is to its prompt and to its references.
package struct PictureEvaluation {
    /// Pictures that are read at a time.
    private static let batchSize = 16
    /// The longest side of a picture on the sheet, in pixels, and the most pictures on it.
    static let sheetSide = 160
    private static let sheetLimit = 256

    let judge: CLIPJudge
    let dinoJudge: DINOJudge?
    let metrics: [EvaluationRequest.Metric]
    let jobs: [EvaluatedJob]
    let seed: Int

    package init(
        judge: CLIPJudge,
        dinoJudge: DINOJudge? = nil,
        metrics: [EvaluationRequest.Metric],
        jobs: [EvaluatedJob],
        seed: Int
    ) {
        self.judge = judge
        self.dinoJudge = dinoJudge
        self.metrics = metrics
        self.jobs = jobs
        self.seed = seed
    }

    /// The pictures in all.
    package var pictureCount: Int { jobs.reduce(0) { $0 + $1.pictures.count } }

    /// Scores all pictures; it is quick, so an attempt that was stopped begins anew.
    ///
    /// - Parameter steps: The steps of the whole job, for its progress.
    package func run(of steps: Int, host: any PipelineHost) throws -> PictureResult {
        var result = PictureResult(metrics: metrics, seed: seed)
        for job in jobs {
            let references =
                metrics.contains(.clipI) ? try judge.embeddings(of: job.references) : []
            let dinoReferences = try dinoJudge?.embeddings(of: job.references) ?? []
            var cells = job.references.prefix(4).map {
                PictureResult.Cell(image: $0.fitted(within: Self.sheetSide), score: nil)
            }
            let texts = try texts(job.pictures.map(\.prompt), host)
            for first in stride(from: 0, to: job.pictures.count, by: Self.batchSize) {
                try host.throwIfInterrupted()
                let batch = job.pictures[first..<min(first + Self.batchSize, job.pictures.count)]
                let images = try batch.map { try $0.image() }
                let embeddings = try judge.embeddings(of: images)
                let dinoEmbeddings = try dinoJudge?.embeddings(of: images)
                for (index, (picture, embedding)) in zip(batch, embeddings).enumerated() {
                    var values: [EvaluationRequest.Metric: Double] = [:]
                    if metrics.contains(.clipT), let text = texts[picture.prompt] {
                        values[.clipT] = embedding.cosine(to: text)
                    }
                    values[.clipI] = embedding.meanCosine(to: references)
                    values[.dino] = dinoEmbeddings?[index].meanCosine(to: dinoReferences)
                    let score = PictureScore(
                        job: job.number,
                        path: picture.path,
                        seed: picture.seed,
                        prompt: picture.prompt,
                        values: values
                    )
                    for (metric, value) in values {
                        host.report(
                            metric: metric.rawValue,
                            value: value,
                            step: result.scores.count
                        )
                    }
                    result.scores.append(score)
                    if result.scores.count <= Self.sheetLimit {
                        cells.append(
                            .init(image: images[index].fitted(within: Self.sheetSide), score: score)
                        )
                    }
                }
                host.report(step: result.scores.count, of: steps)
            }
            result.cells.append(cells)
        }
        for summary in result.summaries(of: jobs.map(\.number)) {
            host.report(metric: summary.name, value: summary.value, step: summary.step)
        }
        for metric in [EvaluationRequest.Metric.clipI, .dino]
        where metrics.contains(metric) && result.summary(metric) == nil {
            host.warn(
                "None of the pictures has reference pictures, so there is no \(metric.rawValue)."
            )
        }
        return result
    }

    /// The directions of prompts; warns of words that the judge does not read.
    private func texts(
        _ prompts: [String],
        _ host: any PipelineHost
    ) throws -> [String: UnitEmbedding] {
        let different = Set(prompts).sorted()
        for prompt in different {
            let words = judge.truncatedWords(of: prompt).joined(separator: " ")
            guard !words.isEmpty else { continue }
            host.warn("The judge does not read these words of \"\(prompt)\": \(words).")
        }
        return Dictionary(
            uniqueKeysWithValues: zip(different, try judge.embeddings(of: different))
        )
    }
}
