import Foundation
import Tensors
import TestSupport
import Testing

@Suite struct PhiloxTests {
    /// The known-answer tests of Random123 (`kat_vectors`, `philox4x32 10`).
    @Test func agreesWithRandom123() {
        #expect(
            Philox.block(counter: (0, 0), key: 0)
                == SIMD4(0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8)
        )
        #expect(
            Philox.block(counter: (.max, .max), key: .max)
                == SIMD4(0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD)
        )
        #expect(
            Philox.block(
                counter: (0x85A3_08D3_243F_6A88, 0x0370_7344_1319_8A2E),
                key: 0x299F_31D0_A409_3822
            ) == SIMD4(0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1)
        )
    }

    @Test func goesOnWhereItWas() throws {
        var source = PhiloxSource(seed: 7, stream: 3)
        _ = source.normal([5])
        _ = source.nextUniform()
        let state = try JSONEncoder().encode(source)
        var resumed = try JSONDecoder().decode(PhiloxSource.self, from: state)
        #expect(resumed == source)
        #expect(resumed.normal([100]).values == source.normal([100]).values)
        #expect(resumed.integer(below: 1000) == source.integer(below: 1000))
    }

    @Test func streamsAndSeedsDiffer() {
        let places: [(seed: UInt64, stream: UInt64)] = [(1, 0), (1, 1), (2, 0), (1 << 40, 0)]
        let draws = places.map { seed, stream in
            var source = PhiloxSource(seed: seed, stream: stream)
            return source.normal([50]).values
        }
        #expect(Set(draws).count == draws.count)
    }

    @Test func numbersAreDistributedAsTheySay() {
        var source = PhiloxSource(seed: 11)
        let count = 1 << 20
        let normal = source.normal([count])
        let tolerance = 5 / Float(count).squareRoot()
        #expect(abs(normal.mean().scalar) < tolerance)
        #expect(abs(normal.squared().mean().scalar - 1) < 2 * tolerance)
        #expect(abs((normal.squared() * normal.squared()).mean().scalar - 3) < 10 * tolerance)
        let neighbours = normal.reshaped(to: [count / 2, 2])
        let product = neighbours.sliced(axis: 1, 0..<1) * neighbours.sliced(axis: 1, 1..<2)
        #expect(abs(product.mean().scalar) < 2 * tolerance)
        let beyondTwo = normal.values.count { abs($0) > 2 }
        #expect(abs(Float(beyondTwo) / Float(count) - 0.045_500_26) < tolerance)

        let uniform = source.uniform([count], in: -1...3)
        #expect(uniform.values.allSatisfy { -1...3 ~= $0 })
        #expect(abs(uniform.mean().scalar - 1) < 4 * tolerance)
        var counts = [Int](repeating: 0, count: 7)
        for _ in 0..<70_000 { counts[source.integer(below: 7)] += 1 }
        #expect(counts.allSatisfy { abs($0 - 10_000) < 500 })
    }
}
