import Foundation
import Layers
import SafeTensors
import Tensors
import TestSupport
import Testing

/// Weights of files lie in memory once, and give the same values whatever form they are in.
struct WeightMemoryTests {
    private static let linear: Shape = [640, 512]
    private static let kernel: Shape = [96, 320, 3, 3]
    private let folder: TemporaryFolder
    private let path: String
    private let tensors: [String: Tensor]

    init() throws {
        folder = try TemporaryFolder()
        path = folder["weights.safetensors"]
        // Values that float16 holds exactly, so that both precisions compute the same.
        func exact(_ shape: Shape, seed: UInt64) -> Tensor {
            let values = Tensor.testValues(shape, seed: seed).values
            return Tensor(values.map { ($0 * 64).rounded() / 64 }, shape: shape)
        }
        tensors = [
            "linear": exact(Self.linear, seed: 1), "kernel": exact(Self.kernel, seed: 2),
        ]
    }

    private func outputs(_ weights: SafeTensorsWeights, rows: Int) throws -> [[Float]] {
        let (linear, kernel) = (try weights.tensor("linear"), try weights.tensor("kernel"))
        let tokens = Tensor.testValues([rows, 512], seed: 3)
        let pictures = Tensor.testValues([1, 4, max(1, rows / 4), 320], seed: 4)
        func compute() -> [[Float]] {
            [
                Tensors.linear(tokens, weight: linear, bias: nil).values,
                convolution2d(pictures, weight: kernel, bias: nil, padding: Padding2d(1)).values,
            ]
        }
        let first = compute()
        // Packed forms are used again, given up, and made again.
        #expect(compute() == first)
        for (name, weight) in [("linear", linear), ("kernel", kernel)] {
            Parameter(name: name, value: weight).reclaimMemory()
        }
        #expect(compute() == first)
        return first
    }

    /// Few rows, rows for which a packed form is kept, and many.
    @Test(arguments: [2, 64, 1000])
    func precisionsAndFormsAgree(rows: Int) throws {
        try WeightFile.write(tensors, storedAs: .float32, to: path)
        let full = try outputs(SafeTensorsWeights(file: path), rows: rows)
        let half = folder["half.safetensors"]
        try WeightFile.write(tensors, storedAs: .float16, to: half)
        let weights = try SafeTensorsWeights(file: half)
        #expect(try outputs(weights, rows: rows) == full)
        for (key, tensor) in tensors { #expect(try weights.tensor(key).values == tensor.values) }
    }

    @Test func gradientsOfInputsAgree() throws {
        try WeightFile.write(tensors, storedAs: .float32, to: path)
        let half = folder["half.safetensors"]
        try WeightFile.write(tensors, storedAs: .float16, to: half)
        let gradients = try [path, half].map { file in
            let weights = try SafeTensorsWeights(file: file)
            let linear = try weights.tensor("linear")
            let x = Tensor.testValues([64, 512], seed: 5).asLeaf
            let y = Tape.record { Tensors.linear(x, weight: linear, bias: nil).squared().sum() }
            return try #require(Gradients(of: y)[x]).values
        }
        #expect(gradients[0] == gradients[1])
    }

    /// In bfloat16 every frozen weight keeps a packed form, whatever it meets, and lets go of the file.
    @Test(arguments: [1, 64, 1000])
    func halfThePrecisionLetsGoOfTheFile(rows: Int) throws {
        try WeightFile.write(tensors, storedAs: .float32, to: path)
        let weights = try SafeTensorsWeights(file: path)
        let scope = ParameterScope.loading(
            from: DictionaryWeights(["weight": try weights.tensor("linear")]),
            precision: .bfloat16
        )
        let layer = try Linear(scope, from: 512, to: 640, bias: false)
        let tokens = Tensor.testValues([rows, 512], seed: 3)
        let first = layer(tokens)
        #expect(try residentBytes() < Self.linear.elementCount)
        #expect(layer(tokens).values == first.values)
        #expect(TensorMemory.keepsPacked(rows: rows, precision: .bfloat16))
    }

    @Test func aLayerRoundsInThePrecisionOfItsScope() throws {
        let weights = DictionaryWeights(["weight": .testValues([640, 512], seed: 1)])
        func layer(_ precision: ProductPrecision) throws -> Linear {
            let scope = ParameterScope.loading(from: weights, precision: precision)
            return try Linear(scope, from: 512, to: 640, bias: false)
        }
        let tokens = Tensor.testValues([64, 512], seed: 3)
        let (full, half) = (try layer(.float32)(tokens), try layer(.bfloat16)(tokens))
        #expect(full.values != half.values)
        expectClose(half, full, relativeTolerance: 1e-2)
    }

    /// What a packed form was made from is no longer in memory beside it.
    @Test func packingLetsGoOfTheFile() throws {
        try WeightFile.write(tensors, storedAs: .float32, to: path)
        let weights = try SafeTensorsWeights(file: path)
        let linear = try weights.tensor("linear")
        let before = linear.values
        #expect(try residentBytes() >= 4 * Self.linear.elementCount)
        _ = Tensors.linear(.testValues([64, 512]), weight: linear, bias: nil)
        // A few pages around it came along when it was read.
        #expect(try residentBytes() < Self.linear.elementCount)
        #expect(linear.values == before)
    }

    /// The bytes of the file that are in this process's memory.
    private func residentBytes() throws -> Int {
        // A file of unknown size, which other ways of reading take for a short one.
        let handle = try FileHandle(forReadingFrom: URL(filePath: "/proc/self/smaps"))
        let maps = String(decoding: try handle.readToEnd() ?? Data(), as: UTF8.self)
        var (isOurs, sum) = (false, 0)
        for line in maps.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words[0].contains("-"), !words[0].hasSuffix(":") { isOurs = line.hasSuffix(path) }
            if isOurs, words[0] == "Rss:" { sum += (Int(words[1]) ?? 0) << 10 }
        }
        return sum
    }
}
