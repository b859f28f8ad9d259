package import Requests

/// The scores of one picture.
package struct PictureScore: Equatable, Sendable {
    package let job: Int
    /// Where the picture lies below its job's outputs.
    package let path: String
    package let seed: Int
    package let prompt: String
    /// Each metric that was asked for and that the picture has.
    package let values: [EvaluationRequest.Metric: Double]

    /// As reports have it.
    var json: JSONValue {
        var members: [String: JSONValue] = [
            "job": .integer(job), "path": .string(path), "seed": .integer(seed),
            "prompt": .string(prompt),
        ]
        for (metric, value) in values { members[metric.rawValue] = .number(value) }
        return .object(members)
    }
}
