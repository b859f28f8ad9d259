internal import Tensors

/// Which samples of a batch show the same subject, and the constant masks the contrasts derive from it.
struct SubjectPairs {
    /// The subject each sample shows; equal numbers mean the same subject.
    let subjects: [Int]

    /// A value so low that its exponential vanishes beside any cosine, yet finite in float32.
    static let excluded: Float = -1e9

    /// Whether sample `other` is a negative of sample `index`: it shows another subject.
    func isNegative(_ other: Int, of index: Int) -> Bool { subjects[other] != subjects[index] }

    /// The samples that have at least one negative in the batch.
    var samplesWithNegatives: [Int] {
        subjects.indices.filter { index in
            subjects.indices.contains { isNegative($0, of: index) }
        }
    }

    /// A `[rows.count, N]` mask to add to logits: 0 where `isIncluded(row, column)`, `excluded` elsewhere.
    func mask(rows: [Int], including isIncluded: (Int, Int) -> Bool) -> Tensor {
        let columns = subjects.indices
        let values = rows.flatMap { row in
            columns.map { isIncluded(row, $0) ? 0 : SubjectPairs.excluded }
        }
        return Tensor(values, shape: [rows.count, columns.count])
    }
}
