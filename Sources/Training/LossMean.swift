internal import Tensors

/// The mean of the losses of one step's micro-batches, part by part.
struct LossMean {
    private var sums: [(name: String, sum: Float)] = []
    private var totalSum: Float = 0
    private var count: Float = 0
    /// How long the micro-batches waited for data, together.
    private(set) var dataWait: Duration = .zero

    /// Adds one micro-batch.
    mutating func add(_ loss: TrainingLoss) {
        count += 1
        totalSum += loss.total.scalar
        dataWait += loss.dataWait
        for (name, value) in loss.parts {
            if let index = sums.firstIndex(where: { $0.name == name }) {
                sums[index].sum += value
            } else {
                sums.append((name, value))
            }
        }
    }

    /// The mean total.
    var total: Float { totalSum / count }

    /// The mean of each part, in the order they were first seen.
    var parts: [(name: String, value: Float)] { sums.map { ($0.name, $0.sum / count) } }
}
