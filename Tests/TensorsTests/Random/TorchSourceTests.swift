import Foundation
import Layers
import Tensors
import TestSupport
import Testing

/// The numbers of `torch.Generator`, drawn in the order in which the fixture drew them.
@Suite struct TorchSourceTests {
    @Test(arguments: [0, 42, 1 << 40 + 7] as [UInt64])
    func drawsWhatTorchDraws(seed: UInt64) throws {
        let path = Fixtures.folder("Tensors").appendingPathComponent("torch-random.safetensors")
            .path
        let weights = try SafeTensorsWeights(file: path)
        var source = TorchSource(seed: seed)
        for (index, count) in [5, 2, 16, 1, 17, 64, 15, 100, 3, 333].enumerated() {
            let expected = try weights.tensor("\(seed).normal.\(index)")
            #expect(source.normal([count]).values == expected.values)
        }
        let uniform = try weights.tensor("\(seed).uniform")
        #expect(source.uniform([40]).values == uniform.values)
        let integers = try weights.integers("\(seed).integers")
        #expect(integers.indices.map { _ in source.integer(below: 1000) } == integers)
    }

    @Test(arguments: [0, 42, 1 << 40 + 7] as [UInt64], [16384, 65536, 12345])
    func drawsLatentsAsTorchDoes(seed: UInt64, count: Int) throws {
        let weights = try Fixtures.tensors("Tensors/torch-random.safetensors")
        var source = TorchSource(seed: seed)
        // FNV-1a of the bit patterns.
        let fingerprint = source.normal([count]).values.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1.bitPattern)) &* 0x100_0000_01B3
        }
        #expect(
            try weights.integers("\(seed).fingerprint.\(count)")
                == [Int(bitPattern: UInt(fingerprint))]
        )
    }

    /// The 10 000th word of `std::mt19937` with its default seed, from the C++ standard.
    @Test func isTheMersenneTwister() {
        var twister = MersenneTwister(seed: 5489)
        let words = (0..<10_000).map { _ in twister.nextWord() }
        #expect(words.last == 4_123_659_995)
    }
}
