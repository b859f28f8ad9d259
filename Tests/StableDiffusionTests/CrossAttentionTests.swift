import Layers
import StableDiffusion
import Tensors
import TestSupport
import Testing

/// What the cross-attention layers of the denoiser can attend to.
@Suite struct CrossAttentionTests {
    @Test(arguments: ["sd", "sdxl"]) func predictsAsIPAdapter(name: String) throws {
        let fixture = try UNetFixture(name)
        let context = try fixture.adapterContext(
            text: try fixture["input.text"],
            weights: try fixture.adapterWeights()
        )
        expectClose(
            try fixture.prediction(context: context),
            try fixture["ip.output"].channelsLast
        )
    }

    @Test(arguments: ["sd", "sdxl"], [false, true])
    func trainsAsIPAdapter(name: String, checkpointed: Bool) throws {
        let fixture = try UNetFixture(name)
        let weights = try fixture.adapterWeights()
        let loss = try Tape.record {
            let context = try fixture.adapterContext(
                text: try fixture["input.text"],
                weights: weights
            )
            return try fixture.loss(
                of: try fixture.prediction(context: context, checkpointed: checkpointed)
            )
        }
        let gradients = Gradients(of: loss)
        for (key, weight) in weights {
            expectClose(
                try #require(gradients[weight]),
                try fixture["ip.gradient.\(key)"],
                "the gradient of \(key)"
            )
        }
    }

    /// A text per layer, a masked visual branch and a masked placeholder, against explicit softmax.
    func explicitContext(_ fixture: UNetFixture) throws -> CrossAttentionContext {
        let layers = fixture.model.crossAttentionLayers.indices
        let mask = try fixture["explicit.mask"]
        return CrossAttentionContext(
            text: try layers.map { try fixture["explicit.text.\($0)"] },
            visual: try layers.map { layer in
                [
                    AttentionStream(
                        keys: try fixture["explicit.keys.\(layer)"],
                        values: try fixture["explicit.values.\(layer)"],
                        scale: 0.6,
                        mask: mask
                    )
                ]
            },
            placeholders: [PlaceholderAttention(columns: [3, nil], mask: mask)],
            recorder: AttentionRecorder()
        )
    }

    @Test(arguments: [false, true]) func masksAndRecords(checkpointed: Bool) throws {
        let fixture = try UNetFixture("sd", trainable: checkpointed)
        let context = try explicitContext(fixture)
        let prediction = try Tape.record {
            try fixture.prediction(context: context, checkpointed: checkpointed)
        }
        expectClose(prediction, try fixture["explicit.output"].channelsLast)
        let maps = try #require(context.recorder?.maps)
        #expect(maps.count == fixture.model.crossAttentionLayers.count)
        for (layer, maps) in maps.enumerated() {
            #expect(maps.count == 1)
            expectClose(maps[0], try fixture["explicit.column.\(layer)"], "map of layer \(layer)")
        }
    }

    /// A loss over the recorded maps reaches the text, with activations kept or computed again.
    @Test func recordedMapsHaveGradients() throws {
        let fixture = try UNetFixture("sd")
        func gradient(checkpointed: Bool) throws -> Tensor {
            let text = try fixture["input.text"].asLeaf
            let recorder = AttentionRecorder()
            let loss = try Tape.record {
                _ = try fixture.prediction(
                    context: CrossAttentionContext(
                        text: [text],
                        placeholders: [
                            PlaceholderAttention(columns: [2, 4]),
                            PlaceholderAttention(columns: [1, nil]),
                        ],
                        recorder: recorder
                    ),
                    checkpointed: checkpointed
                )
                let sums = recorder.maps.flatMap { $0.map { ($0 * $0).sum() } }
                return sums.dropFirst().reduce(sums[0], +)
            }
            return try #require(Gradients(of: loss)[text])
        }
        let kept = try gradient(checkpointed: false)
        #expect(kept.values.contains { $0 != 0 })
        expectClose(try gradient(checkpointed: true), kept, relativeTolerance: 1e-5)
    }

    /// A mask of ones and streams of weight 0 change nothing.
    @Test func neutralAdditionsAreNeutral() throws {
        let fixture = try UNetFixture("sdxl")
        let text = try fixture["input.text"]
        let plain = try fixture.prediction(context: CrossAttentionContext(text: text))
        let visual = fixture.model.crossAttentionLayers.map { layer in
            let tokens = Tensor.testValues([2, 3, layer.channels])
            return [AttentionStream(keys: tokens, values: tokens, scale: 0)]
        }
        let context = CrossAttentionContext(
            text: Array(repeating: text, count: fixture.model.crossAttentionLayers.count),
            visual: visual,
            placeholders: [PlaceholderAttention(columns: [1, 1], mask: .ones([2, 8, 8]))]
        )
        expectClose(try fixture.prediction(context: context), plain, relativeTolerance: 1e-5)
    }
}
