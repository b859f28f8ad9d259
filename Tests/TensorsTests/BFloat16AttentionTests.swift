import Kernels
import Tensors
import TestSupport
import Testing

/// Attention whose products take bfloat16.
@Suite struct BFloat16AttentionTests {
    /// Blocks of queries and of keys, odd numbers of both, a causal one, heads that cannot be paired.
    @Test(arguments: [
        AttentionCase(samples: 2, queries: 50, keys: 77, heads: 2, dimension: 40),
        AttentionCase(queries: 97, keys: 513, heads: 1, dimension: 8),
        AttentionCase(queries: 77, keys: 77, heads: 3, dimension: 16, isCausal: true),
        AttentionCase(queries: 5, keys: 1, heads: 2, dimension: 6),
        AttentionCase(queries: 7, keys: 300, heads: 2, dimension: 5),
    ])
    func isThatOfRoundedNumbers(extents: AttentionCase) {
        let (queries, keys, values) = extents.inputs()
        func attend(_ precision: ProductPrecision) -> Tensor {
            attention(
                queries,
                keys,
                values,
                headCount: extents.heads,
                causal: extents.isCausal,
                precision: precision
            )
        }
        let (full, half) = (attend(.float32), attend(.bfloat16))
        #expect((half.values == full.values) == (extents.dimension % 2 == 1))
        expectClose(half, full, relativeTolerance: 1e-2)
    }

    @Test func aSampleIsTheSameAloneAndInABatch() {
        let extents = AttentionCase(samples: 2, queries: 130, keys: 300, heads: 2, dimension: 16)
        let (queries, keys, values) = extents.inputs()
        let both = attention(queries, keys, values, headCount: 2, precision: .bfloat16)
        let second = attention(
            queries.sliced(axis: 0, 1..<2),
            keys.sliced(axis: 0, 1..<2),
            values.sliced(axis: 0, 1..<2),
            headCount: 2,
            precision: .bfloat16
        )
        #expect(both.sliced(axis: 0, 1..<2).values == second.values)
    }

    /// Gradients compute the scores again in float32, so what is recorded has them in float32.
    @Test func whatIsRecordedTakesFloat32() {
        let extents = AttentionCase(queries: 20, keys: 30, heads: 2, dimension: 8)
        let (queries, keys, values) = extents.inputs()
        let recorded = Tape.record {
            attention(queries.asLeaf, keys, values, headCount: 2, precision: .bfloat16)
        }
        #expect(recorded.values == attention(queries, keys, values, headCount: 2).values)
    }
}
