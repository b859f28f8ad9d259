import Foundation
import Layers
import Optimizers
import Tensors
import TestSupport
import Testing

/// AdamW against PyTorch's, over several steps.
@Suite struct AdamWTests {
    /// A reference run: where it starts, its gradients and its values after every step.
    struct Run {
        let weights: SafeTensorsWeights
        let parameters: [Parameter]

        init(_ name: String) throws {
            let folder = Fixtures.folder("Optimizers").path
            let weights = try SafeTensorsWeights(file: "\(folder)/adamw-\(name).safetensors")
            self.weights = weights
            parameters = try ["a.weight", "b.bias"].map { key in
                Parameter(name: key, value: try weights.tensor("start.\(key)"), isTrainable: true)
            }
        }

        /// The gradients of a step: those of Σ gradient · parameter.
        func gradients(ofStep step: Int) throws -> GradientSum {
            var sum = GradientSum(of: parameters)
            for parameter in parameters {
                let key = "gradient.\(step).\(parameter.name)"
                guard weights.keys.contains(key) else { continue }
                let slope = try weights.tensor(key)
                sum.add(Gradients(of: Tape.record { (parameter.tensor * slope).sum() }))
            }
            return sum
        }

        func expectValues(afterStep step: Int) throws {
            for parameter in parameters {
                let key = "value.\(step).\(parameter.name)"
                expectClose(
                    parameter.tensor,
                    try weights.tensor(key),
                    relativeTolerance: 1e-6,
                    key
                )
            }
        }
    }

    @Test(arguments: [
        ("defaults", 1e-2, AdamW.Settings()),
        (
            "other", 3e-3,
            AdamW.Settings(beta1: 0.5, beta2: 0.9, epsilon: 1e-4, weightDecay: 0.3)
        ),
    ])
    func followsPyTorch(name: String, learningRate: Double, settings: AdamW.Settings) throws {
        let run = try Run(name)
        let optimizer = AdamW(run.parameters, settings: settings)
        for step in 0..<6 {
            optimizer.step(try run.gradients(ofStep: step), learningRate: learningRate)
            try run.expectValues(afterStep: step)
        }
        for (key, value) in optimizer.state {
            expectClose(value, try run.weights.tensor("state.\(key)"), relativeTolerance: 1e-6, key)
        }
        #expect(optimizer.state["b.bias.step"]?.scalar == 5, "a missing gradient counts no step")
    }

    @Test func clipsAsPyTorch() throws {
        let run = try Run("clipped")
        let optimizer = AdamW(run.parameters)
        for step in 0..<6 {
            let gradients = try run.gradients(ofStep: step)
            let norm = gradients.globalNorm
            let reference = try run.weights.tensor("norm.\(step)").scalar
            #expect(abs(norm - Double(reference)) <= 1e-6 * norm)
            let scale = GradientClipping.scale(forGlobalNorm: norm, limit: 1)
            optimizer.step(gradients, learningRate: 1e-2, gradientScale: scale)
            try run.expectValues(afterStep: step)
        }
    }

    /// Six steps are three steps, a stored file, and three steps: to the bit.
    @Test func goesOnFromAStoredState() throws {
        let (whole, first, second) = (try Run("defaults"), try Run("defaults"), try Run("defaults"))
        let optimizer = AdamW(whole.parameters)
        for step in 0..<6 {
            optimizer.step(try whole.gradients(ofStep: step), learningRate: 1e-2)
        }

        let before = AdamW(first.parameters)
        for step in 0..<3 { before.step(try first.gradients(ofStep: step), learningRate: 1e-2) }
        let folder = try TemporaryFolder()
        try WeightFile.write(before.state, to: folder["state.safetensors"])
        for (parameter, old) in zip(second.parameters, first.parameters) {
            parameter.update(to: old.tensor)
        }
        let after = AdamW(second.parameters)
        let scope = ParameterScope.loading(
            from: try SafeTensorsWeights(file: folder["state.safetensors"])
        )
        try after.restore(from: scope)
        try scope.finish()
        for step in 3..<6 { after.step(try second.gradients(ofStep: step), learningRate: 1e-2) }
        for (mine, theirs) in zip(second.parameters, whole.parameters) {
            #expect(mine.tensor.values == theirs.tensor.values)
        }
    }

    @Test func refusesTheStateOfAnotherModel() throws {
        let run = try Run("defaults")
        let optimizer = AdamW(run.parameters)
        var state = optimizer.state
        state["b.bias.exp_avg"] = nil
        let scope = ParameterScope.loading(from: DictionaryWeights(state))
        #expect(throws: WeightError.self) { try optimizer.restore(from: scope) }
    }

    @Test func sumsThePartsOfABatch() {
        let parameter = Parameter(name: "w", value: .testValues([300]), isTrainable: true)
        let unused = Parameter(name: "u", value: .testValues([2]), isTrainable: true)
        var sum = GradientSum(of: [parameter, unused])
        for scale in [Float(1), 3] {
            let gradients = Gradients(of: Tape.record { (parameter.tensor * scale).sum() })
            sum.add(gradients, weight: 0.5)
        }
        #expect(sum[0]?.values == [Float](repeating: 2, count: 300))
        #expect(sum[1] == nil)
        #expect(abs(sum.globalNorm - 2 * 300.squareRoot()) < 1e-9)
    }
}
