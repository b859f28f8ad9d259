import Foundation
import Layers
import Tensors
import TestSupport
import Testing

/// Values and gradients against PyTorch; `scripts/fixtures/tensor_operations.py` made the references.
@Suite struct TorchOperationTests {
    /// The cases of a fixture file whose names start with `prefix`, such as `resize.3.14x18.smooth`.
    static func cases(_ file: String, _ prefix: String) throws -> [String] {
        let suffix = ".upstream"
        return try weights(file).keys.filter { $0.hasPrefix(prefix) && $0.hasSuffix(suffix) }
            .map { String($0.dropLast(suffix.count)) }.sorted()
    }

    @Test func resizesBilinearly() throws {
        let cases = try TorchOperationTests.cases("pictures", "resize.")
        #expect(cases.count == 24)
        for name in cases {
            let parts = name.split(separator: ".")
            let extents = parts[2].split(separator: "x").compactMap { Int($0) }
            try expectTorch("pictures", name) { inputs in
                resizedBilinear(
                    inputs[0],
                    height: extents[0],
                    width: extents[1],
                    antialiased: parts[3] == "smooth"
                )
            }
        }
    }

    @Test(arguments: [3, 17], [2, 3])
    func enlargesAndPools(channels: Int, factor: Int) throws {
        try expectTorch("pictures", "upsample.\(channels).\(factor)") {
            upsampledNearest($0[0], factor: factor)
        }
        try expectTorch("pictures", "pool.\(channels).\(factor)") {
            averagePooled($0[0], factor: factor)
        }
    }

    @Test(arguments: [(32, 8), (20, 5), (6, 1)])
    func normalizesGroups(channels: Int, groups: Int) throws {
        try expectTorch("normalizations", "group.\(channels).\(groups)", ["weight", "bias"]) {
            groupNorm($0[0], groups: groups, weight: $0[1], bias: $0[2], epsilon: 1e-5)
        }
    }

    @Test(arguments: [40, 7, 768])
    func normalizesLayers(width: Int) throws {
        try expectTorch("normalizations", "layer.\(width)", ["weight", "bias"]) {
            layerNorm($0[0], weight: $0[1], bias: $0[2], epsilon: 1e-5)
        }
    }

    private static func weights(_ file: String) throws -> SafeTensorsWeights {
        let path = Fixtures.folder("Tensors").appendingPathComponent("\(file).safetensors").path
        return try SafeTensorsWeights(file: path)
    }

    /// Expects the values and all gradients of a case.
    private func expectTorch(
        _ file: String,
        _ name: String,
        _ parameters: [String] = [],
        _ operation: ([Tensor]) -> Tensor
    ) throws {
        let weights = try TorchOperationTests.weights(file)
        let keys = ["input"] + parameters
        let leaves = try keys.map { try weights.tensor("\(name).\($0)").asLeaf }
        let output = Tape.record { operation(leaves) }
        let reference = try weights.tensor("\(name).output")
        expectClose(output, reference, relativeTolerance: 1e-5, name)
        let gradients = Gradients(of: output, seed: try weights.tensor("\(name).upstream"))
        for (key, leaf) in zip(keys, leaves) {
            let gradient = try #require(gradients[leaf])
            let expected = try weights.tensor("\(name).\(key).gradient")
            expectClose(gradient, expected, relativeTolerance: 1e-5, "\(name).\(key).gradient")
        }
    }
}
