import Foundation
import Layers
import StableDiffusion
import Tensors
import TestSupport
import Testing

@testable import CustomContrast

/// What a fresh MFI encoder starts as.
struct FreshEncoderTests {
    private let encoder: MFIEncoder
    private let features = Tensor.testValues([2, 6, 12])

    init() throws {
        encoder = try MFIEncoder(.initializing(seed: 3), configuration: .fixture)
    }

    /// The fusion's output projection is zero, so that training starts as ablation ID 1.
    @Test func startsWithoutFusion() throws {
        let extracted = encoder(encoder.media(features), timesteps: [10, 500])
        let visual = try #require(extracted.visual)
        expectClose(
            try #require(extracted.subjectTokens),
            visual.sliced(axis: 1, 0..<4),
            relativeTolerance: 0
        )
    }

    @Test func hasAGradientIntoTheFusion() throws {
        let loss = Tape.record {
            let features = encoder(encoder.media(features), timesteps: [10, 500])
            return features.subjectTokens?.squared().sum() ?? Tensor(0)
        }
        let fusion = try #require(encoder.fusion)
        let gradient = try #require(Gradients(of: loss)[fusion.attention.toOut.weight])
        #expect(gradient.absoluteValue().sum().scalar > 0)
    }

    /// The anchor layer's rows are the features of its anchors: each anchor answers 1 at itself.
    @Test func anchorsAnswerThemselves() throws {
        let queries = try #require(encoder.textual).queries
        let points = SpatiotemporalQueries.anchorPoints(layerCount: 3, perLayer: 10)
        #expect(points.shape == [30, 2])
        let answers = linear(
            queries.features(points),
            weight: queries.anchors.weight.tensor,
            bias: nil
        ).values
        #expect((0..<30).allSatisfy { abs(answers[$0 * 30 + $0] - 1) < 1e-5 })
    }

    /// 33 timesteps apart the kernel is about e^−½; a layer apart about e^−2.
    @Test func encodingFallsOffWithTimeAndLayer() throws {
        let features = try FourierFeatures(
            .initializing(seed: 5),
            settings: SpatiotemporalSettings()
        )
        let v = features(Tensor([100, 4, 133.3, 4, 100, 5, 900, 4], shape: [4, 2]))
        let products = matrixMultiply(v, v, transposingRight: true).values
        #expect(abs(products[0] - 1) < 1e-4)
        #expect(abs(products[1] - 0.607) < 0.08)
        #expect(abs(products[2] - 0.135) < 0.1)
        #expect(abs(products[3]) < 0.1)
    }

    @Test func textualFeaturesDependOnTheTimestepAndVisualOnesDoNot() throws {
        let media = encoder.media(features)
        let early = encoder(media, timesteps: [10, 10])
        let late = encoder(media, timesteps: [900, 900])
        let difference = try #require(early.textual) - #require(late.textual)
        #expect(difference.absoluteValue().mean().scalar > 1e-3)
        expectClose(try #require(early.visual), try #require(late.visual), relativeTolerance: 0)
    }

    /// W_k^v and W_v^v begin as the frozen W_k^t and W_v^t of their own layer.
    @Test func startsTheVisualBranchAsTheTextBranch() throws {
        let folder = Fixtures.folder("IPAdapter/unet").path
        let weights = try SafeTensorsWeights(folder: folder)
        let unet = try TinyModels.unet()
        let adapter = try TinyModels.adapter(unet: unet)
        for layer in unet.crossAttentionLayers {
            for name in ["to_k", "to_v"] {
                let key = "subject_attention.\(layer.executionIndex).\(name).weight"
                let parameter = try #require(adapter.parameters.first { $0.name == key })
                #expect(parameter.isTrainable)
                expectClose(
                    parameter.tensor,
                    try weights.tensor("\(layer.key).\(name).weight"),
                    relativeTolerance: 0,
                    key
                )
            }
        }
    }
}
