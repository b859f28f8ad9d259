internal import Imaging
package import Requests

/// What came out of scoring pictures.
package struct PictureResult {
    /// A place on the sheet.
    struct Cell {
        let image: RGBImage
        /// nil for a reference.
        let score: PictureScore?
    }

    package let metrics: [EvaluationRequest.Metric]
    private let seed: Int
    /// In the order of jobs and of their pictures.
    package var scores: [PictureScore] = []
    /// The sheet's pictures of each job, its references first.
    var cells: [[Cell]] = []

    init(metrics: [EvaluationRequest.Metric], seed: Int) {
        self.metrics = metrics
        self.seed = seed
    }

    /// The mean of a metric over all pictures that have it, or over those of one job.
    package func summary(
        _ metric: EvaluationRequest.Metric,
        of job: Int? = nil
    ) -> ScoreSummary? {
        let chosen = scores.filter { job == nil || $0.job == job }
        return ScoreSummary(chosen.compactMap { $0.values[metric] }, seed: seed)
    }

    /// The means as points of curves: of all pictures at the number of pictures, of a job at its own.
    func summaries(of jobs: [Int]) -> [(name: String, value: Double, step: Int)] {
        metrics.flatMap { metric in
            let all = summary(metric).map { ("\(metric.rawValue)/mean", $0.mean, $0.count) }
            return [all].compactMap(\.self)
                + jobs.compactMap { job in
                    summary(metric, of: job).map { ("\(metric.rawValue)/job", $0.mean, job) }
                }
        }
    }

    /// As reports have it.
    func json(of jobs: [Int]) -> JSONValue {
        func means(of job: Int?) -> [String: JSONValue] {
            let found = metrics.compactMap { metric in
                summary(metric, of: job).map { (metric.rawValue, $0.json) }
            }
            return Dictionary(uniqueKeysWithValues: found)
        }
        let rows = jobs.map { job in
            JSONValue.object(means(of: job).merging(["job": .integer(job)]) { $1 })
        }
        return [
            "means": .object(means(of: nil)),
            "jobs": .array(rows),
            "pictures": .array(scores.map(\.json)),
        ]
    }

    /// A row per picture.
    var table: CSVTable {
        var table = CSVTable(header: ["job", "path", "seed", "prompt"] + metrics.map(\.rawValue))
        for score in scores {
            table.add(
                ["\(score.job)", score.path, "\(score.seed)", score.prompt]
                    + metrics.map { metric in score.values[metric].map { "\($0)" } ?? "" }
            )
        }
        return table
    }
}
