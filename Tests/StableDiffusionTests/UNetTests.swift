import Layers
import StableDiffusion
import Tensors
import TestSupport
import Testing

/// The denoiser against diffusers: whole outputs and the gradients of a training step.
@Suite struct UNetTests {
    @Test(arguments: ["sd", "sdxl"]) func predictsAsDiffusers(name: String) throws {
        let fixture = try UNetFixture(name)
        let context = CrossAttentionContext(text: try fixture["input.text"])
        let prediction = try fixture.prediction(context: context)
        expectClose(prediction, try fixture["output"].channelsLast)
        expectClose(try fixture.loss(of: prediction), try fixture["loss"])
    }

    /// Products of rounded numbers; diffusers' own bfloat16 is off by 1.4e-2 and 4.9e-2 here.
    @Test(arguments: [("sd", 2e-2), ("sdxl", 4e-2)])
    func predictsInBFloat16(name: String, tolerance: Float) throws {
        let fixture = try UNetFixture(name, precision: .bfloat16)
        let context = CrossAttentionContext(text: try fixture["input.text"])
        let prediction = try fixture.prediction(context: context)
        let expected = try fixture["output"].channelsLast
        expectClose(prediction, expected, relativeTolerance: tolerance)
        #expect(try fixture.prediction(context: context).values == prediction.values)
        let full = try UNetFixture(name).prediction(context: context)
        #expect(prediction.values != full.values)
    }

    /// 7 × 10 latents: the decoder has to come back to odd sides; and one timestep for all samples.
    @Test(arguments: ["sd", "sdxl"]) func takesSidesOfAnyLength(name: String) throws {
        let fixture = try UNetFixture(name)
        let prediction = fixture.model(
            try fixture["input.odd_sample"].channelsLast,
            timesteps: [500],
            context: CrossAttentionContext(text: try fixture["input.text"]),
            added: try fixture.added
        )
        expectClose(prediction, try fixture["odd_output"].channelsLast)
    }

    @Test(arguments: ["sd", "sdxl"], [false, true])
    func trainsAsDiffusers(name: String, checkpointed: Bool) throws {
        let fixture = try UNetFixture(name, trainable: true)
        let latents = try fixture.latents.asLeaf
        let text = try fixture["input.text"].asLeaf
        let loss = try Tape.record {
            try fixture.loss(
                of: try fixture.prediction(
                    latents: latents,
                    context: CrossAttentionContext(text: text),
                    checkpointed: checkpointed
                )
            )
        }
        expectClose(loss, try fixture["loss"])
        let gradients = Gradients(of: loss)
        expectClose(
            try #require(gradients[latents]),
            try fixture["gradient_of_sample"].channelsLast,
            "the gradient of the latents"
        )
        expectClose(
            try #require(gradients[text]),
            try fixture["gradient_of_text"],
            "the gradient of the text"
        )
        for parameter in fixture.parameters {
            expectClose(
                try #require(gradients[parameter]),
                try fixture["gradient.\(parameter.name)"],
                "the gradient of \(parameter.name)"
            )
        }
    }

    /// A frozen model computes the gradients of its inputs and no others.
    @Test func costsNothingWhereItIsFrozen() throws {
        let fixture = try UNetFixture("sd")
        let text = try fixture["input.text"].asLeaf
        let loss = try Tape.record {
            try fixture.loss(
                of: try fixture.prediction(context: CrossAttentionContext(text: text))
            )
        }
        let gradients = Gradients(of: loss)
        expectClose(try #require(gradients[text]), try fixture["gradient_of_text"])
        #expect(fixture.parameters.allSatisfy { gradients[$0] == nil })
    }
}
