package import Tensors

/// A table of vectors, looked up by number.
///
/// Matches PyTorch `Embedding`.
package struct Embedding {
    /// `[count, width]`.
    package let weight: Parameter

    /// Reads or initialises the table.
    ///
    /// - Parameters:
    ///   - scope: Where `weight` is.
    ///   - count: The number of vectors.
    ///   - width: The size of a vector.
    ///   - initialization: The first values; PyTorch's are standard normal.
    package init(
        _ scope: ParameterScope,
        count: Int,
        width: Int,
        initialization: Initialization = .normal(standardDeviation: 1)
    ) throws {
        weight = try scope.parameter(
            "weight",
            shape: [count, width],
            initialization: initialization
        )
    }

    /// The number of vectors.
    package var count: Int { weight.shape[0] }

    /// The vectors of a list of numbers, `[ids.count, width]`.
    package func callAsFunction(_ ids: [Int]) -> Tensor {
        weight.tensor.gathered(rows: ids).seen(from: weight)
    }

    /// The vectors of a batch of equally long lists, `[ids.count, length, width]`.
    package func callAsFunction(_ ids: [[Int]]) -> Tensor {
        let length = ids.first?.count ?? 0
        precondition(ids.allSatisfy { $0.count == length }, "the lists differ in length")
        return self(ids.flatMap(\.self))
            .reshaped(to: [ids.count, length, weight.shape[1]])
    }
}
