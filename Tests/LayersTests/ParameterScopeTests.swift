import Layers
import Tensors
import TestSupport
import Testing

/// How a model's constructor meets its weights.
@Suite struct ParameterScopeTests {
    /// Weights under the given keys, all of one shape.
    func weights(_ keys: [String], shape: Shape = [2]) -> DictionaryWeights {
        DictionaryWeights(
            Dictionary(uniqueKeysWithValues: keys.map { ($0, Tensor.testValues(shape)) }),
            origin: "test.safetensors"
        )
    }

    @Test func printsAsTheKeyInTheCheckpoint() {
        let scope = ParameterScope.initializing(seed: 0)
        #expect(
            "\(scope["down_blocks"][0]["resnets"][1]["conv1"])" == "down_blocks.0.resnets.1.conv1"
        )
        #expect("\(scope)" == "")
    }

    @Test func readsAParameter() throws {
        let scope = ParameterScope.loading(from: weights(["a.0.weight"]))
        let parameter = try scope["a"][0].parameter("weight", shape: [2], initialization: .zeros)
        #expect(parameter.name == "a.0.weight")
        #expect(parameter.tensor.values == Tensor.testValues([2]).values)
        #expect(!parameter.isTrainable)
        #expect(scope.parameters.map(\.name) == ["a.0.weight"])
        try scope.finish()
    }

    @Test func saysWhatIsMissing() {
        let scope = ParameterScope.loading(from: weights(["a.weight"]))
        #expect(throws: WeightError.missing(key: "b.weight", origin: "test.safetensors")) {
            try scope["b"].parameter("weight", shape: [2], initialization: .zeros)
        }
    }

    @Test func saysWhichShapeIsWrong() {
        let scope = ParameterScope.loading(from: weights(["a.weight"], shape: [2, 3]))
        let error = WeightError.shape(
            key: "a.weight",
            expected: [3, 2],
            found: [2, 3],
            origin: "test.safetensors"
        )
        #expect(throws: error) {
            try scope["a"].parameter("weight", shape: [3, 2], initialization: .zeros)
        }
        #expect(
            error.description == """
                Expected "a.weight" in test.safetensors to be [3, 2], found [2, 3]; the weights belong \
                to another model than the configuration describes.
                """
        )
    }

    @Test func listsAtMostFiveUnusedKeys() throws {
        let scope = ParameterScope.loading(from: weights("abcdefgh".map(String.init)))
        _ = try scope.parameter("a", shape: [2], initialization: .zeros)
        let error = WeightError.unused(
            keys: ["b", "c", "d", "e", "f"],
            count: 7,
            total: 8,
            origin: "test.safetensors"
        )
        #expect(throws: error) { try scope.finish() }
        #expect(error.description.contains("found 7 of 8"))
        #expect(error.description.contains("b, c, d, e, f and 2 more"))
    }

    @Test func leavesPositionIdsAlone() throws {
        let source = weights(["position_ids", "text_model.embeddings.position_ids"])
        try ParameterScope.loading(from: source).finish()
    }

    @Test(arguments: [
        (
            "decoder.mid_block.attentions.0.to_q.weight",
            "decoder.mid_block.attentions.0.query.weight"
        ),
        ("decoder.mid_block.attentions.0.to_k.bias", "decoder.mid_block.attentions.0.key.bias"),
        ("decoder.mid_block.attentions.0.to_v.bias", "decoder.mid_block.attentions.0.value.bias"),
        (
            "decoder.mid_block.attentions.0.to_out.0.weight",
            "decoder.mid_block.attentions.0.proj_attn.weight"
        ),
        ("text_model.final_layer_norm.weight", "final_layer_norm.weight"),
        ("vision_model.pre_layrnorm.bias", "pre_layrnorm.bias"),
    ])
    func findsHistoricNames(current: String, historic: String) throws {
        let scope = ParameterScope.loading(from: weights([historic]))
        #expect(scope.contains(current))
        let parameter = try scope.parameter(current, shape: [2], initialization: .zeros)
        #expect(parameter.name == current)
        try scope.finish()
    }

    @Test func initializesByNameAndSeed() throws {
        func values(seed: UInt64, _ keys: [String]) throws -> [String: [Float]] {
            let scope = ParameterScope.initializing(seed: seed)
            for key in keys {
                _ = try scope.parameter(
                    key,
                    shape: [64],
                    initialization: .normal(standardDeviation: 0.5)
                )
            }
            #expect(scope.parameters.allSatisfy { $0.isTrainable })
            return Dictionary(
                uniqueKeysWithValues: scope.parameters.map { ($0.name, $0.tensor.values) }
            )
        }
        let first = try values(seed: 1, ["a", "b"])
        #expect(try values(seed: 1, ["b", "c", "a"])["a"] == first["a"])
        #expect(try values(seed: 2, ["a"])["a"] != first["a"])
        #expect(first["a"] != first["b"])
    }

    @Test func drawsWhatIsAskedFor() throws {
        let scope = ParameterScope.initializing(seed: 7)
        let normal = try scope.parameter(
            "normal",
            shape: [10_000],
            initialization: .normal(standardDeviation: 0.5)
        ).tensor.values
        let squares = normal.reduce(0) { $0 + $1 * $1 } / 10_000
        #expect(abs(squares - 0.25) < 0.02)
        let uniform = try scope.parameter(
            "uniform",
            shape: [10_000],
            initialization: .kaimingUniform(fanIn: 16)
        ).tensor.values
        #expect(uniform.allSatisfy { abs($0) <= 0.25 })
        #expect(uniform.contains { abs($0) > 0.24 })
        #expect(abs(uniform.reduce(0, +) / 10_000) < 0.01)
    }
}
