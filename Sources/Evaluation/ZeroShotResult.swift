internal import Requests

/// What the judge recognised in pictures of one kind, painted or rendered.
package struct ZeroShotResult: Sendable {
    package let cases: [ZeroShotCase]
    /// One per case.
    package let answers: [ZeroShotAnswer]
    private let seed: Int

    package init(cases: [ZeroShotCase], answers: [ZeroShotAnswer], seed: Int) {
        precondition(cases.count == answers.count, "each case has one answer")
        self.cases = cases
        self.answers = answers
        self.seed = seed
    }

    /// Whether each case was answered right.
    package func isCorrect(_ question: ZeroShotQuestion) -> [Bool] {
        zip(cases, answers).map { $0.truth(question) == $1.guesses[question] }
    }

    /// What was taken for what.
    package func confusion(_ question: ZeroShotQuestion) -> ConfusionTable {
        var table = ConfusionTable(labels: question.labels)
        for (asked, answer) in zip(cases, answers) {
            guard let guess = answer.guesses[question] else { continue }
            table.add(truth: asked.truth(question), guess: guess)
        }
        return table
    }

    /// The share of right answers with its interval; nil without cases.
    package func accuracy(_ question: ZeroShotQuestion) -> ScoreSummary? {
        ScoreSummary(isCorrect(question).map { $0 ? 1 : 0 }, seed: seed)
    }

    /// The mean cosine of picture and caption; nil without cases.
    package var clipT: ScoreSummary? { ScoreSummary(answers.map(\.clipT), seed: seed) }

    /// The figures as points of curves, each at the number of pictures.
    func figures(_ name: String) -> [(name: String, value: Double)] {
        let accuracies = ZeroShotQuestion.allCases.compactMap { question in
            accuracy(question).map { ("zero_shot/\(name)/\(question.rawValue)", $0.mean) }
        }
        return accuracies + (clipT.map { [("zero_shot/\(name)/clip_t", $0.mean)] } ?? [])
    }

    /// As reports have it.
    var json: JSONValue {
        var members: [String: JSONValue] = [:]
        members["clip_t"] = clipT?.json
        for question in ZeroShotQuestion.allCases {
            guard let accuracy = accuracy(question) else { continue }
            members[question.rawValue] = [
                "accuracy": .number(accuracy.mean),
                "low": .number(accuracy.low),
                "high": .number(accuracy.high),
                "chance": .number(1 / Double(question.labels.count)),
                "labels": confusion(question).json,
            ]
        }
        return .object(members)
    }
}
