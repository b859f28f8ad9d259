package import Requests

/// What was taken for what.
package struct ConfusionTable: Equatable, Sendable {
    package let labels: [String]
    /// How often each label (row) was taken for each (column).
    package private(set) var counts: [[Int]]

    /// Creates an empty table.
    package init(labels: [String]) {
        self.labels = labels
        counts = labels.map { _ in labels.map { _ in 0 } }
    }

    /// Notes one answer.
    package mutating func add(truth: Int, guess: Int) {
        counts[truth][guess] += 1
    }

    /// The answers in all.
    package var total: Int { counts.reduce(0) { $0 + $1.reduce(0, +) } }

    /// The share of right answers, 0…1.
    package var accuracy: Double {
        let correct = labels.indices.reduce(0) { $0 + counts[$1][$1] }
        return Double(correct) / Double(max(1, total))
    }

    /// The share of right answers for one label; nil where it never was the truth.
    package func accuracy(of label: Int) -> Double? {
        let count = counts[label].reduce(0, +)
        return count == 0 ? nil : Double(counts[label][label]) / Double(count)
    }

    /// What a label was taken for instead, the most frequent first.
    package func confusions(of label: Int) -> [(label: String, count: Int)] {
        labels.indices.filter { $0 != label && counts[label][$0] > 0 }
            .sorted { (counts[label][$0], $1) > (counts[label][$1], $0) }
            .map { (labels[$0], counts[label][$0]) }
    }

    /// The labels that were recognised less often than `share`, in words such as
    /// `tree 23 % of 43 (bear 8, fish 7)`.
    package func weaknesses(below share: Double) -> [String] {
        labels.indices.compactMap { label in
            guard let accuracy = accuracy(of: label), accuracy < share else { return nil }
            let others = confusions(of: label).prefix(3).map { "\($0.label) \($0.count)" }
            return "\(labels[label]) \(Int((accuracy * 100).rounded())) % of "
                + "\(counts[label].reduce(0, +)) (\(others.joined(separator: ", ")))"
        }
    }

    /// A row per label that occurred, as reports have it.
    package var json: JSONValue {
        .array(
            labels.indices.compactMap { label in
                guard let accuracy = accuracy(of: label) else { return nil }
                let others = confusions(of: label).map { ($0.label, JSONValue.integer($0.count)) }
                return [
                    "label": .string(labels[label]),
                    "count": .integer(counts[label].reduce(0, +)),
                    "correct": .integer(counts[label][label]),
                    "accuracy": .number(accuracy),
                    "taken_for": .object(Dictionary(uniqueKeysWithValues: others)),
                ]
            }
        )
    }
}
