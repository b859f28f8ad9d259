import Kernels
import Tensors
import TestSupport
import Testing

/// The same bytes from one thread as from many, for blocks large enough to be shared.
@Suite struct ThreadIndependenceTests {
    static let operations: [(String, @Sendable (Tensor) -> Tensor)] = [
        ("gelu", { gelu($0) }), ("broadcast", { $0 * $0.mean(axis: 2, keepingAxis: true) }),
        ("sum", { $0.sum() }), ("sum over rows", { $0.sum(axis: 1) }),
        ("sum over columns", { $0.sum(axis: 2) }), ("softmax", { $0.softmax() }),
        ("logSumExp", { $0.logSumExp(axis: 1) }), ("l2Normalized", { $0.l2Normalized() }),
        ("transposed", { $0.transposed(0, 2, 1) }),
        ("layerNorm", { layerNorm($0, weight: .ones([96]), bias: .ones([96])) }),
        ("groupNorm", { groupNorm($0, groups: 8, weight: .ones([96]), bias: .ones([96])) }),
        (
            "resized",
            { x in
                let pictures = x.reshaped(to: [2, 128, 64, 96])
                return resizedBilinear(pictures, height: 50, width: 99, antialiased: true)
            }
        ),
    ]

    @Test(arguments: operations.indices)
    func oneThreadGivesTheSameBytes(index: Int) throws {
        let (name, operation) = ThreadIndependenceTests.operations[index]
        let x = Tensor.testValues([2, 8192, 96])
        let shared = try #require(valueAndGradient(of: operation, at: x))
        var alone: [[Float]]?
        // A kernel called from inside a running one is done by its caller alone.
        ThreadTeam.shared.run(count: 2) { place in
            if place == 0 { alone = valueAndGradient(of: operation, at: x) }
        }
        #expect(alone == shared, "\(name) depends on the number of threads")
    }

    private func valueAndGradient(
        of operation: (Tensor) -> Tensor,
        at x: Tensor
    ) -> [[Float]]? {
        let leaf = x.asLeaf
        let value = Tape.record { operation(leaf) }
        let upstream = Tensor.testValues(value.shape, seed: 2)
        guard let gradient = Gradients(of: value, seed: upstream)[leaf] else { return nil }
        return [value.values, gradient.values]
    }
}
