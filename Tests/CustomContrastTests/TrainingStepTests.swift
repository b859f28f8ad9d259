import CLIP
import Layers
import StableDiffusion
import Tensors
import TestSupport
import Testing

@testable import CustomContrast

/// All losses together, through the UNet, down to the parameters.
struct TrainingStepTests {
    private var unet: UNet2DConditionModel
    private let conditioner: SubjectConditioner
    private let batch: SubjectBatch
    private let noisy = Tensor.testValues([3, 8, 8, 4], seed: 1)
    private let noise = Tensor.testValues([3, 8, 8, 4], seed: 2)
    private let masks: Tensor
    private let appearance = Tensor.testValues([6, 5], seed: 4)

    init() throws {
        unet = try TinyModels.unet()
        let prompts = try TinyModels.promptEncoder()
        conditioner = SubjectConditioner(
            adapter: try TinyModels.adapter(unet: unet),
            prompts: prompts
        )
        batch = SubjectBatch(
            prompts: try ["dog", "teddy bear", "man"].map {
                try prompts.prompt("a photo of a \($0)", nouns: [$0])
            },
            imageFeatures: TinyModels.imageFeatures(count: 3),
            hasImage: [true, true, true],
            timesteps: [20, 400, 900]
        )
        var cells = [Float](repeating: 0, count: 3 * 64)
        for sample in 0..<3 { for cell in 0..<20 { cells[sample * 64 + cell + 7 * sample] = 1 } }
        masks = Tensor(cells, shape: [3, 8, 8])
    }

    /// The objective of the batch with equal weights and temperatures, so that every part shows in the
    /// gradients and none drowns the others' differences.
    private func objective() throws -> LossReport {
        let recorder = AttentionRecorder()
        let conditioning = conditioner.conditioning(of: batch, recorder: recorder)
        let prediction = unet(
            noisy,
            timesteps: batch.timesteps,
            context: conditioning.context,
            added: nil
        )
        let features = conditioning.features
        let anchors = try #require(features.components)
        let positives = try #require(
            conditioner.components(
                ofViews: TinyModels.imageFeatures(count: 3, seed: 77),
                timesteps: batch.timesteps
            )
        )
        return TrainingObjective(contrastWeight: 1, locationWeight: 1)(
            denoising: DenoisingLoss()(prediction, target: noise),
            semantic: CrossmodalSemanticContrast()(
                visual: try #require(features.visualClass),
                textual: try #require(features.textualClass),
                subjects: [1, 2, 3]
            ),
            appearance: MultiscaleAppearanceContrast(temperature: 1)(
                features: concatenated([anchors, positives], axis: 0),
                appearance: appearance,
                subjects: [1, 2, 3, 1, 2, 3],
                pairs: (0..<3).map { .init(anchor: $0, positive: $0 + 3) }
            ),
            location: LocationLoss(side: 8)(
                attention: recorder.maps(ofPlaceholder: 0),
                masks: masks,
                included: batch.hasPlaceholder
            )
        )
    }

    /// A few steps of plain gradient descent make both contrasts and the total smaller.
    @Test func canBeLearnt() throws {
        let start = try objective()
        for _ in 0..<30 {
            let report = try Tape.record { try objective() }
            let gradients = Gradients(of: report.total)
            for parameter in conditioner.adapter.trainableParameters {
                guard let gradient = gradients[parameter] else { continue }
                parameter.update(to: parameter.tensor.detached - gradient * 0.02)
            }
        }
        let end = try objective()
        for (before, after) in zip(start.parts, end.parts)
        where ["loss/semantic", "loss/appearance"].contains(before.name) {
            #expect(after.value < before.value, "\(before.name)")
        }
        #expect(end.total.scalar < start.total.scalar - 0.5)
    }

    @Test func reachesEveryTrainableParameterAndNothingElse() throws {
        let report = try Tape.record { try objective() }
        #expect(
            report.parts.map(\.name) == [
                "loss/denoising", "loss/semantic", "loss/appearance", "loss/location",
            ]
        )
        #expect(report.parts.allSatisfy { $0.value.isFinite })
        let gradients = Gradients(of: report.total)
        for parameter in conditioner.adapter.trainableParameters {
            let gradient = try #require(gradients[parameter], "\(parameter.name) has no gradient")
            // What lies behind the fusion's zero projection starts without a gradient.
            let sleeps =
                parameter.name.hasPrefix("tv_fusion.") && !parameter.name.contains("to_out")
            #expect(
                (gradient.absoluteValue().sum().scalar > 0) != sleeps,
                "\(parameter.name)"
            )
        }
        for stage in conditioner.prompts.stages {
            #expect(gradients[stage.model.tokenEmbeddings(ids: [[1]])] == nil)
        }
    }

    /// Checkpointing the UNet's activations, maps of the placeholder included, changes no gradient.
    @Test func hasTheSameGradientsWithCheckpoints() throws {
        let plain = try Tape.record { try objective() }
        let plainGradients = Gradients(of: plain.total)
        var checkpointing = self
        checkpointing.unet.checkpointsActivations = true
        let report = try Tape.record { try checkpointing.objective() }
        let gradients = Gradients(of: report.total)
        expectClose(report.total, plain.total, relativeTolerance: 1e-6)
        for parameter in conditioner.adapter.trainableParameters {
            expectClose(
                try #require(gradients[parameter]),
                try #require(plainGradients[parameter]),
                parameter.name
            )
        }
    }

    /// The largest element of each kind of parameter, against central differences of the total.
    @Test(arguments: [
        "visual_qformer.latents", "visual_qformer.layers.1.0.to_kv.weight",
        "textual_qformer.queries.embeddings", "textual_qformer.queries.anchors.weight",
        "textual_qformer.proj_in.weight", "textual_qformer.norm_out.weight",
        "tv_fusion.to_out.weight", "subject_attention.0.to_k.weight",
        "subject_attention.1.to_v.weight",
    ])
    func hasTheGradientOfTheWholeObjective(name: String) throws {
        let parameter = try #require(
            conditioner.adapter.parameters.first { $0.name == name },
            "no \(name)"
        )
        let gradient = try #require(
            Gradients(of: try Tape.record { try objective().total })[parameter]
        ).values
        let index = try #require(gradient.indices.max { abs(gradient[$0]) < abs(gradient[$1]) })
        let start = parameter.tensor.values
        func total(_ offset: Float) throws -> Double {
            var values = start
            values[index] += offset
            parameter.update(to: Tensor(values, shape: parameter.shape))
            return try objective().parts.reduce(0) { $0 + Double($1.value) }
        }
        let step: Float = 0.02
        let near = try total(step) - total(-step)
        let far = try total(2 * step) - total(-2 * step)
        let numeric = Float((8 * near - far) / Double(12 * step))
        #expect(
            abs(numeric - gradient[index]) < 0.02 * abs(gradient[index]) + 2e-4,
            "\(gradient[index]) by the tape, \(numeric) by differences"
        )
    }
}
