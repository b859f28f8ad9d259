import Layers
import Tensors
import TestSupport
import Testing

@testable import CustomContrast

/// Against a plain PyTorch reading of section 3.2 (scripts/fixtures/mfi_encoder.py).
struct MFIEncoderTests {
    private let reference: SafeTensorsWeights
    private let scope: ParameterScope
    private let encoder: MFIEncoder

    init() throws {
        reference = try Fixtures.weights("MFIEncoder/reference.safetensors")
        scope = .loading(
            from: try Fixtures.weights("MFIEncoder/model.safetensors"),
            trainable: true
        )
        encoder = try MFIEncoder(scope, configuration: .fixture)
        try scope.finish()
    }

    @Test func encodesTimestepsAndLayersAsTheReference() throws {
        let textual = try #require(encoder.textual)
        let timesteps = try reference.tensor("timesteps").values
        expectClose(
            textual.queries(timesteps: timesteps),
            try reference.tensor("queries"),
            "the queries"
        )
    }

    @Test func extractsTheFeaturesOfTheReference() throws {
        let features = try extract()
        expectClose(
            try #require(features.textual),
            try reference.tensor("textual"),
            "textual features"
        )
        expectClose(
            try #require(features.visual),
            try reference.tensor("visual"),
            "visual features"
        )
        expectClose(
            try #require(features.subjectTokens),
            try reference.tensor("subject_tokens"),
            "the subject tokens"
        )
    }

    @Test func hasTheReferencesGradients() throws {
        let loss = try Tape.record {
            let features = try extract()
            let textual = try #require(features.textual) * reference.tensor("d_textual")
            let tokens = try #require(features.subjectTokens) * reference.tensor("d_tokens")
            let cls = try #require(features.visualClass) * reference.tensor("d_class")
            return textual.sum() + tokens.sum() + cls.sum()
        }
        let gradients = Gradients(of: loss)
        for parameter in scope.parameters {
            let key = "gradient.\(parameter.name)"
            guard reference.keys.contains(key) else {
                #expect(gradients[parameter] == nil, "\(parameter.name) is not trained")
                continue
            }
            expectClose(
                try #require(gradients[parameter], "\(parameter.name) has no gradient"),
                try reference.tensor(key),
                relativeTolerance: 2e-4,
                parameter.name
            )
        }
    }

    /// The frequencies are the encoding itself: another draw would be another adapter.
    @Test func neverTrainsTheFrequencies() throws {
        let frozen = scope.parameters.filter { !$0.isTrainable }.map(\.name)
        #expect(frozen == ["textual_qformer.queries.frequencies"])
    }

    @Test func splitsOffTheClassRows() throws {
        let features = try extract()
        #expect(try #require(features.components).shape == [2, 3, 24])
        let textual = try #require(features.textual)
        expectClose(
            try #require(features.textualClass),
            textual.sliced(axis: 1, 3..<4).reshaped(to: [2, 24]),
            relativeTolerance: 0
        )
        let visual = try #require(features.visual)
        expectClose(
            try #require(features.visualClass),
            visual.sliced(axis: 1, 4..<5).reshaped(to: [2, 24]),
            relativeTolerance: 0
        )
    }

    private func extract() throws -> MFIFeatures {
        encoder(
            encoder.media(try reference.tensor("features")),
            timesteps: try reference.tensor("timesteps").values
        )
    }
}

extension CustomContrastConfiguration {
    /// The sizes in scripts/fixtures/mfi_encoder.py.
    static var fixture: CustomContrastConfiguration {
        var configuration = CustomContrastConfiguration(
            layers: [],
            textWidths: [24],
            imageWidth: 12,
            imageLayerCount: 2,
            visualTokenCount: 4,
            spatiotemporal: SpatiotemporalSettings(frequencyCount: 8)
        )
        configuration.dimensions = QFormerDimensions(
            imageWidth: 12,
            width: 16,
            heads: HeadLayout(count: 2, width: 8),
            depth: 2,
            outputWidth: 24
        )
        configuration.fusionHeads = HeadLayout(count: 3, width: 8)
        configuration.componentCount = 3
        return configuration
    }
}
