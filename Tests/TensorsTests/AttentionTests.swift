import Foundation
import Tensors
import TestSupport
import Testing

/// The extents of one attention under test.
struct AttentionCase: Sendable {
    var samples = 1
    let queries: Int
    let keys: Int
    let heads: Int
    let dimension: Int
    var isCausal = false

    func inputs() -> (queries: Tensor, keys: Tensor, values: Tensor) {
        let width = heads * dimension
        return (
            .testValues([samples, queries, width], seed: 1),
            .testValues([samples, keys, width], seed: 2),
            .testValues([samples, keys, width], seed: 3)
        )
    }

    /// softmax(Q·Kᵀ/√d) of a head by definition, in double precision: `[Tq][Tk]`.
    func probabilities(sample: Int, head: Int) -> [[Double]] {
        let width = heads * dimension
        let inputs = inputs()
        let (q, k) = (inputs.queries.values, inputs.keys.values)
        return (0..<queries).map { query in
            let scores = (0..<keys).map { key in
                guard !isCausal || key <= query + keys - queries else { return -Double.infinity }
                return (0..<dimension).reduce(0.0) { sum, channel in
                    let place = head * dimension + channel
                    return sum
                        + Double(q[(sample * queries + query) * width + place])
                        * Double(k[(sample * keys + key) * width + place])
                } / Double(dimension).squareRoot()
            }
            let largest = scores.max() ?? 0
            let powers = scores.map { exp($0 - largest) }
            let total = powers.reduce(0, +)
            return powers.map { $0 / total }
        }
    }

    /// The attention by definition.
    func reference() -> Tensor {
        let width = heads * dimension
        let v = inputs().values.values
        var result = [Float](repeating: 0, count: samples * queries * width)
        for sample in 0..<samples {
            for head in 0..<heads {
                for (query, row) in probabilities(sample: sample, head: head).enumerated() {
                    for channel in 0..<dimension {
                        let place = head * dimension + channel
                        let sum = row.enumerated().reduce(0.0) {
                            $0 + $1.element
                                * Double(v[(sample * keys + $1.offset) * width + place])
                        }
                        result[(sample * queries + query) * width + place] = Float(sum)
                    }
                }
            }
        }
        return Tensor(result, shape: [samples, queries, width])
    }
}

@Suite struct AttentionTests {
    static let cases = [
        AttentionCase(queries: 1, keys: 1, heads: 1, dimension: 1),
        AttentionCase(samples: 2, queries: 5, keys: 7, heads: 3, dimension: 8),
        AttentionCase(samples: 2, queries: 100, keys: 77, heads: 2, dimension: 40),
        AttentionCase(queries: 300, keys: 530, heads: 1, dimension: 64),
        AttentionCase(queries: 49, keys: 16, heads: 2, dimension: 160),
        AttentionCase(queries: 33, keys: 33, heads: 2, dimension: 13),
        AttentionCase(queries: 77, keys: 77, heads: 2, dimension: 64, isCausal: true),
        AttentionCase(queries: 70, keys: 600, heads: 1, dimension: 16, isCausal: true),
        AttentionCase(queries: 600, keys: 600, heads: 1, dimension: 8, isCausal: true),
    ]

    @Test(arguments: cases)
    func attentionMatchesTheDefinition(attentionCase: AttentionCase) {
        let (queries, keys, values) = attentionCase.inputs()
        expectClose(
            attention(
                queries,
                keys,
                values,
                headCount: attentionCase.heads,
                causal: attentionCase.isCausal
            ),
            attentionCase.reference(),
            relativeTolerance: 1e-5
        )
    }

    @Test(arguments: [
        AttentionCase(queries: 2, keys: 3, heads: 1, dimension: 2),
        AttentionCase(samples: 2, queries: 5, keys: 7, heads: 2, dimension: 3),
        AttentionCase(queries: 3, keys: 20, heads: 1, dimension: 8),
        AttentionCase(queries: 6, keys: 6, heads: 2, dimension: 4, isCausal: true),
        AttentionCase(queries: 4, keys: 6, heads: 1, dimension: 4, isCausal: true),
    ])
    func attentionGradientsMatchDifferences(attentionCase: AttentionCase) {
        let (queries, keys, values) = attentionCase.inputs()
        expectGradients(
            of: {
                attention(
                    $0[0],
                    $0[1],
                    $0[2],
                    headCount: attentionCase.heads,
                    causal: attentionCase.isCausal
                )
            },
            at: [queries, keys, values]
        )
    }

    /// Blocks of queries, blocks of keys and stretches of keys, against the formulas in double precision.
    @Test(arguments: [
        AttentionCase(samples: 2, queries: 100, keys: 300, heads: 2, dimension: 24),
        AttentionCase(queries: 50, keys: 1_500, heads: 1, dimension: 8),
        AttentionCase(queries: 60, keys: 1_100, heads: 2, dimension: 40),
        AttentionCase(queries: 1_100, keys: 1_100, heads: 1, dimension: 8, isCausal: true),
    ])
    func gradientsOfManyBlocks(attentionCase: AttentionCase) {
        let (queries, keys, values) = attentionCase.inputs()
        let leaves = [queries.asLeaf, keys.asLeaf, values.asLeaf]
        let output = Tape.record {
            attention(
                leaves[0],
                leaves[1],
                leaves[2],
                headCount: attentionCase.heads,
                causal: attentionCase.isCausal
            )
        }
        let upstream = Tensor.testValues(output.shape, seed: 9)
        let gradients = Gradients(of: output, seed: upstream)
        let expected = referenceGradients(attentionCase, upstream: upstream.values)
        for (index, leaf) in leaves.enumerated() {
            expectClose(
                gradients[leaf]?.values ?? [],
                expected[index],
                relativeTolerance: 1e-4,
                "gradient \(index)"
            )
        }
    }

    private func referenceGradients(
        _ attentionCase: AttentionCase,
        upstream g: [Float]
    ) -> [[Float]] {
        let (queries, keys, values) = attentionCase.inputs()
        let (q, k, v) = (queries.values, keys.values, values.values)
        let width = attentionCase.heads * attentionCase.dimension
        let scale = 1 / Double(attentionCase.dimension).squareRoot()
        var (dq, dk, dv) = (
            [Double](repeating: 0, count: q.count), [Double](repeating: 0, count: k.count),
            [Double](repeating: 0, count: v.count)
        )
        for sample in 0..<attentionCase.samples {
            for head in 0..<attentionCase.heads {
                let rows = attentionCase.probabilities(sample: sample, head: head)
                let channels =
                    head * attentionCase.dimension..<(head + 1) * attentionCase.dimension
                for (query, row) in rows.enumerated() {
                    let mine = (sample * attentionCase.queries + query) * width
                    let slopes = row.indices.map { key in
                        let theirs = (sample * attentionCase.keys + key) * width
                        return channels.reduce(0.0) {
                            $0 + Double(g[mine + $1]) * Double(v[theirs + $1])
                        }
                    }
                    let mean = zip(row, slopes).reduce(0) { $0 + $1.0 * $1.1 }
                    for (key, probability) in row.enumerated() {
                        let theirs = (sample * attentionCase.keys + key) * width
                        let slope = probability * (slopes[key] - mean) * scale
                        for channel in channels {
                            dv[theirs + channel] += probability * Double(g[mine + channel])
                            dq[mine + channel] += slope * Double(k[theirs + channel])
                            dk[theirs + channel] += slope * Double(q[mine + channel])
                        }
                    }
                }
            }
        }
        return [dq, dk, dv].map { $0.map { Float($0) } }
    }

    @Test(arguments: [
        AttentionCase(samples: 2, queries: 100, keys: 77, heads: 2, dimension: 40),
        AttentionCase(samples: 2, queries: 10, keys: 600, heads: 3, dimension: 5),
    ])
    func columnsMatchTheDefinition(attentionCase: AttentionCase) {
        let (queries, keys, _) = attentionCase.inputs()
        let columns = [3, attentionCase.keys - 1]
        let actual = attentionColumn(
            queries,
            keys,
            headCount: attentionCase.heads,
            columns: columns
        )
        #expect(actual.shape == [2, attentionCase.queries, attentionCase.heads])
        var expected = [Float](repeating: 0, count: actual.count)
        for sample in 0..<2 {
            for head in 0..<attentionCase.heads {
                let rows = attentionCase.probabilities(sample: sample, head: head)
                for (query, row) in rows.enumerated() {
                    let place = (sample * attentionCase.queries + query) * attentionCase.heads
                    expected[place + head] = Float(row[columns[sample]])
                }
            }
        }
        expectClose(actual.values, expected, relativeTolerance: 1e-5)
    }

    @Test func columnGradientsMatchDifferences() {
        expectGradients(
            of: { attentionColumn($0[0], $0[1], headCount: 2, columns: [4, 0]) },
            at: [.testValues([2, 5, 6], seed: 1), .testValues([2, 7, 6], seed: 2)]
        )
    }

    @Test func largeScoresStayFinite() {
        let queries = 200 * Tensor.testValues([1, 20, 8], seed: 1)
        let keys = 200 * Tensor.testValues([1, 20, 8], seed: 2)
        let output = attention(queries, keys, .ones([1, 20, 8]), headCount: 1)
        expectClose(output, .ones([1, 20, 8]), relativeTolerance: 1e-5)
    }
}
