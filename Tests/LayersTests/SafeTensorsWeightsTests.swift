import Layers
import SafeTensors
import Tensors
import TestSupport
import Testing

/// Weights in safetensors files.
@Suite struct SafeTensorsWeightsTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Writes one tensor `key` with the given value.
    func write(_ key: String, _ value: Float, to name: String) throws {
        try WeightFile.write([key: Tensor(value)], to: folder[name])
    }

    @Test func readsBackFloat32InPlace() throws {
        let tensor = Tensor.testValues([3, 5])
        let path = folder["a.safetensors"]
        try WeightFile.write(
            ["w": tensor, "empty": .zeros([0, 2])],
            metadata: ["k": "v"],
            to: path
        )
        let weights = try SafeTensorsWeights(file: path)
        #expect(weights.keys == ["w", "empty"])
        #expect(weights.metadata == ["k": "v"])
        #expect(weights.shape(of: "w") == [3, 5])
        #expect(try weights.tensor("w").values == tensor.values)
        #expect(try weights.tensor("empty").shape == [0, 2])
        #expect(throws: WeightError.missing(key: "x", origin: path)) { try weights.tensor("x") }
    }

    @Test func readsFloat32AtAnyAlignment() throws {
        let header = #"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} "#
        #expect(header.utf8.count % 4 != 0)
        let bytes = [UInt8(header.utf8.count), 0, 0, 0, 0, 0, 0, 0] + Array(header.utf8)
        let path = try folder.write(
            bytes + [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0],
            to: "unaligned.safetensors"
        )
        #expect(try SafeTensorsWeights(file: path).tensor("w").values == [1, -2])
    }

    /// Every 16-bit pattern of both formats, against the definition.
    @Test func widensEvery16BitValue() throws {
        let patterns = [UInt16](0 ... .max)
        let path = folder["half.safetensors"]
        var writer = try SafeTensorsWriter(
            declarations: [
                .init(name: "f16", dataType: .float16, shape: [patterns.count]),
                .init(name: "bf16", dataType: .bfloat16, shape: [patterns.count]),
            ],
            metadata: [:],
            path: path
        )
        try writer.append(patterns.span)
        try writer.append(patterns.span)
        try writer.finish()
        let weights = try SafeTensorsWeights(file: path)
        let halves = try weights.tensor("f16").values.map(\.bitPattern)
        #expect(halves == patterns.map { Float(Float16(bitPattern: $0)).bitPattern })
        let brains = try weights.tensor("bf16").values.map(\.bitPattern)
        #expect(brains == patterns.map { UInt32($0) << 16 })
    }

    @Test func storesFloat16RoundedToNearest() throws {
        let values = Tensor([0.1, -1.5, 1e-7, 65504, 1 + 0x1p-11, 1 + 0x3p-11], shape: [6])
        let path = folder["half.safetensors"]
        try WeightFile.write(["w": values], storedAs: .float16, to: path)
        #expect(
            try SafeTensorsWeights(file: path).tensor("w").values
                == values.values.map { Float(Float16($0)) }
        )
    }

    @Test(arguments: [Float.nan, .infinity, 70000])
    func refusesToStoreWhatIsNotFinite(value: Float) throws {
        let path = folder["bad.safetensors"]
        #expect(throws: WeightError.notFinite(key: "w", path: path)) {
            try WeightFile.write(
                ["w": Tensor([1, value], shape: [2])],
                storedAs: .float16,
                to: path
            )
        }
        #expect(folder.entries.isEmpty)
    }

    @Test func readsIntegers() throws {
        let path = folder["ids.safetensors"]
        var writer = try SafeTensorsWriter(
            declarations: [
                .init(name: "i64", dataType: .int64, shape: [2]),
                .init(name: "u8", dataType: .uint8, shape: [2]),
            ],
            metadata: [:],
            path: path
        )
        let (words, bytes) = ([49407, -1] as [Int64], [7, 255] as [UInt8])
        try writer.append(words.span)
        try writer.append(bytes.span)
        try writer.finish()
        let weights = try SafeTensorsWeights(file: path)
        #expect(try weights.integers("i64") == [49407, -1])
        #expect(try weights.integers("u8") == [7, 255])
        #expect(
            throws: WeightError.dataType(
                key: "i64",
                expected: "F32, F16 or BF16",
                found: "I64",
                origin: path
            )
        ) { try weights.tensor("i64") }
    }

    @Test func prefersTheVariantAndFallsBack() throws {
        try write("w", 1, to: "diffusion_pytorch_model.fp16.safetensors")
        func value(variant: String?) throws -> Float {
            let weights = try SafeTensorsWeights(folder: folder.path, variant: variant)
            return try weights.tensor("w").scalar
        }
        #expect(try value(variant: nil) == 1)
        try write("w", 2, to: "diffusion_pytorch_model.safetensors")
        #expect(try value(variant: nil) == 2)
        #expect(try value(variant: "fp16") == 1)
        #expect(try value(variant: "ema") == 2)
        try write("w", 3, to: "diffusion_pytorch_model.ema.safetensors")
        #expect(try value(variant: "ema") == 3)
    }

    @Test func joinsShards() throws {
        try write("a", 1, to: "model-00001-of-00002.safetensors")
        try write("b", 2, to: "model-00002-of-00002.safetensors")
        let map = """
            {"weight_map": {"a": "model-00001-of-00002.safetensors", \
            "b": "model-00002-of-00002.safetensors"}}
            """
        try folder.write(Array(map.utf8), to: "model.safetensors.index.json")
        let weights = try SafeTensorsWeights(folder: folder.path)
        #expect(weights.keys == ["a", "b"])
        #expect(try weights.tensor("b").scalar == 2)
        #expect(weights.origin.hasSuffix("model.safetensors.index.json"))
    }

    @Test func saysWhatWasThereInstead() throws {
        try folder.write([0x7B, 0x7D], to: "config.json")
        let error = #expect(throws: WeightError.self) {
            try SafeTensorsWeights(folder: folder.path)
        }
        #expect(error?.description.contains("found config.json;") == true)
        try folder.write([0x50, 0x4B, 3, 4], to: "diffusion_pytorch_model.bin")
        let refusal = #expect(throws: SafeTensorsError.self) {
            try SafeTensorsWeights(folder: folder.path)
        }
        #expect(refusal?.description.contains("convert it with: python3 -c") == true)
        #expect(throws: WeightError.noFolder(folder["missing"])) {
            try SafeTensorsWeights(folder: folder["missing"])
        }
    }

    @Test func theOnlyVariantIsRead() throws {
        try write("w", 1, to: "model.bf16.safetensors")
        try write("w", 9, to: "unrelated.safetensors")
        let weights = try SafeTensorsWeights(folder: folder.path)
        #expect(try weights.tensor("w").scalar == 1)
        #expect(
            try SafeTensorsWeights.files(inFolder: folder.path) == [
                folder["model.bf16.safetensors"]
            ]
        )
        try write("w", 2, to: "model.non_ema.safetensors")
        #expect(
            throws: WeightError.severalVariants(folder: folder.path, found: ["bf16", "non_ema"])
        ) { try SafeTensorsWeights(folder: folder.path) }
        #expect(
            try SafeTensorsWeights(folder: folder.path, variant: "non_ema").tensor("w").scalar == 2
        )
    }

    @Test(arguments: [
        "model.safetensors.index.fp16.json", "model.safetensors.fp16.index.json",
        "model.fp16.safetensors.index.json",
    ])
    func indexesOfVariantsHaveHadSeveralNames(_ name: String) throws {
        try write("a", 1, to: "model.fp16-00001-of-00002.safetensors")
        try write("b", 2, to: "model.fp16-00002-of-00002.safetensors")
        let map = """
            {"weight_map": {"a": "model.fp16-00001-of-00002.safetensors", \
            "b": "model.fp16-00002-of-00002.safetensors"}}
            """
        try folder.write(Array(map.utf8), to: name)
        #expect(try SafeTensorsWeights(folder: folder.path).keys == ["a", "b"])
        #expect(
            try SafeTensorsWeights.files(inFolder: folder.path) == [
                folder["model.fp16-00001-of-00002.safetensors"],
                folder["model.fp16-00002-of-00002.safetensors"],
            ]
        )
    }
}
