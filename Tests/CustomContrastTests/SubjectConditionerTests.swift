import CLIP
import Layers
import StableDiffusion
import Tensors
import TestSupport
import Testing

@testable import CustomContrast

/// The façade: what reaches the UNet in training and in sampling.
struct SubjectConditionerTests {
    private let unet: UNet2DConditionModel
    private let latents = Tensor.testValues([1, 8, 8, 4], seed: 31)

    init() throws { unet = try TinyModels.unet() }

    private func conditioner(
        row: Int = 5,
        stageCount: Int = 1
    ) throws -> SubjectConditioner {
        let prompts = try TinyModels.promptEncoder(stageCount: stageCount)
        let switches = try #require(AblationSwitches(tableRow: row))
        return SubjectConditioner(
            adapter: try TinyModels.adapter(
                switches,
                unet: unet,
                textWidths: prompts.stages.map { $0.model.configuration.width }
            ),
            prompts: prompts
        )
    }

    /// Without guidance, sampling sees at a timestep what training sees there.
    @Test(arguments: [0, 1, 5], [1, 2])
    func samplingSeesWhatTrainingSaw(row: Int, stageCount: Int) throws {
        let conditioner = try conditioner(row: row, stageCount: stageCount)
        let prompt = try conditioner.prompts.prompt(
            "a photo of a teddy bear",
            nouns: ["teddy bear"]
        )
        let features = TinyModels.imageFeatures(count: 1)
        let trained = conditioner.conditioning(
            of: SubjectBatch(
                prompts: [prompt],
                imageFeatures: features,
                hasImage: [true],
                timesteps: [321]
            )
        )
        var guidance = SubjectGuidance(
            GuidedPrompt(
                conditioner: conditioner,
                prompt: prompt,
                subjects: [GuidedSubject(imageFeatures: features)],
                unconditional: nil
            ),
            pictureCount: 1,
            maskSide: 8
        )
        let sampled = guidance.context(timestep: 321)
        expectClose(
            unet(latents, timesteps: [321], context: sampled, added: nil),
            unet(latents, timesteps: [321], context: trained.context, added: nil)
        )
        #expect((trained.pooled == nil) == (stageCount == 1))
    }

    /// A batch of samples with their own timesteps is the samples one by one, dropped ones included.
    @Test func trainsSamplesOfABatchAsIfAlone() throws {
        let conditioner = try conditioner()
        let encoder = conditioner.prompts
        let prompts = [
            try encoder.prompt("a photo of a dog", nouns: ["dog"]),
            try encoder.prompt("the teddy bear is red", nouns: ["teddy bear"]),
            encoder.prompt(""),
            encoder.prompt(""),
        ]
        let batch = SubjectBatch(
            prompts: prompts,
            imageFeatures: TinyModels.imageFeatures(count: 4),
            hasImage: [true, false, true, false],
            timesteps: [5, 250, 700, 999]
        )
        #expect(batch.hasPlaceholder == [true, false, false, false])
        let noisy = Tensor.testValues([4, 8, 8, 4], seed: 5)
        let together = unet(
            noisy,
            timesteps: batch.timesteps,
            context: conditioner.conditioning(of: batch).context,
            added: nil
        )
        for sample in 0..<4 {
            let rows = sample..<sample + 1
            let alone = SubjectBatch(
                prompts: [prompts[sample]],
                imageFeatures: batch.imageFeatures.sliced(axis: 0, rows),
                hasImage: [batch.hasImage[sample]],
                timesteps: [batch.timesteps[sample]]
            )
            expectClose(
                together.sliced(axis: 0, rows),
                unet(
                    noisy.sliced(axis: 0, rows),
                    timesteps: alone.timesteps,
                    context: conditioner.conditioning(of: alone).context,
                    added: nil
                ),
                "sample \(sample)"
            )
        }
    }

    /// γ = 0 silences the visual branch, whatever the picture shows.
    @Test func weighsTheVisualBranchByGamma() throws {
        let conditioner = try conditioner(row: 0)
        let prompt = conditioner.prompts.prompt("a photo of a dog")
        func output(scale: Float, seed: UInt64) -> Tensor {
            var guidance = SubjectGuidance(
                GuidedPrompt(
                    conditioner: conditioner,
                    prompt: prompt,
                    subjects: [
                        GuidedSubject(
                            imageFeatures: TinyModels.imageFeatures(count: 1, seed: seed),
                            scale: scale
                        )
                    ],
                    unconditional: nil
                ),
                pictureCount: 1,
                maskSide: 8
            )
            return unet(
                latents,
                timesteps: [10],
                context: guidance.context(timestep: 10),
                added: nil
            )
        }
        let plain = unet(
            latents,
            timesteps: [10],
            context: CrossAttentionContext(text: [conditioner.prompts.encode([prompt]).tokens]),
            added: nil
        )
        expectClose(output(scale: 0, seed: 1), plain)
        #expect((output(scale: 1, seed: 1) - plain).absoluteValue().mean().scalar > 1e-3)
        let difference = output(scale: 1, seed: 1) - output(scale: 1, seed: 2)
        #expect(difference.absoluteValue().mean().scalar > 1e-4)
    }

    /// The unconditional half reads the negative prompt and no picture: the subject leaves no trace.
    @Test func keepsTheSubjectOutOfTheUnconditionalHalf() throws {
        let conditioner = try conditioner()
        let prompt = try conditioner.prompts.prompt("a photo of a dog", nouns: ["dog"])
        let unconditional = Unconditional(
            text: conditioner.prompts.encode([conditioner.prompts.prompt("you")]),
            blankFeatures: TinyModels.imageFeatures(count: 1, seed: 99)
        )
        func halves(seed: UInt64) -> [Tensor] {
            var guidance = SubjectGuidance(
                GuidedPrompt(
                    conditioner: conditioner,
                    prompt: prompt,
                    subjects: [
                        GuidedSubject(
                            imageFeatures: TinyModels.imageFeatures(count: 1, seed: seed)
                        )
                    ],
                    unconditional: unconditional
                ),
                pictureCount: 2,
                maskSide: 8
            )
            let output = unet(
                latents.repeated(4, axis: 0),
                timesteps: [500, 500, 500, 500],
                context: guidance.context(timestep: 500),
                added: nil
            )
            return [output.sliced(axis: 0, 0..<2), output.sliced(axis: 0, 2..<4)]
        }
        let (first, second) = (halves(seed: 1), halves(seed: 2))
        expectClose(first[0], second[0], relativeTolerance: 1e-6)
        #expect((first[1] - second[1]).absoluteValue().mean().scalar > 1e-4)
    }

    /// After a step there is a mask per subject and picture, and it changes the next step.
    @Test func confinesTheNextStepToWhereTheSubjectsAre() throws {
        let conditioner = try conditioner()
        let prompt = try conditioner.prompts.prompt(
            "a dog and a teddy bear",
            nouns: ["dog", "teddy bear"]
        )
        let subjects = [UInt64(1), 2].map {
            GuidedSubject(imageFeatures: TinyModels.imageFeatures(count: 1, seed: $0))
        }
        let unconditional = Unconditional(
            text: conditioner.prompts.encode([conditioner.prompts.prompt("")]),
            blankFeatures: TinyModels.imageFeatures(count: 1, seed: 99)
        )
        let guided = GuidedPrompt(
            conditioner: conditioner,
            prompt: prompt,
            subjects: subjects,
            unconditional: unconditional
        )
        let noisy = Tensor.testValues([2, 8, 8, 4], seed: 7)
        let batch = concatenated([noisy, noisy], axis: 0)
        func steps(masked: Bool) throws -> Tensor {
            var guidance = SubjectGuidance(
                guided,
                pictureCount: 2,
                usesLocationMask: masked,
                maskSide: 8
            )
            var output = batch
            for timestep in [Float(900), 800] {
                let context = guidance.context(timestep: timestep)
                output = unet(
                    batch,
                    timesteps: [Float](repeating: timestep, count: 4),
                    context: context,
                    added: nil
                )
                guidance.observe()
            }
            for mask in guidance.masks {
                #expect(mask.current?.shape == (masked ? [2, 8, 8] : nil))
            }
            return output
        }
        let (with, without) = (try steps(masked: true), try steps(masked: false))
        #expect(with.values.allSatisfy { $0.isFinite })
        #expect((with - without).absoluteValue().mean().scalar > 1e-5)
    }

    /// A region given by the user holds from the first step: outside, the subject has no say.
    @Test func keepsASubjectInItsRegion() throws {
        let conditioner = try conditioner(row: 0)
        let prompt = conditioner.prompts.prompt("a photo of a dog")
        func output(region: Tensor?, seed: UInt64) -> Tensor {
            var guidance = SubjectGuidance(
                GuidedPrompt(
                    conditioner: conditioner,
                    prompt: prompt,
                    subjects: [
                        GuidedSubject(
                            imageFeatures: TinyModels.imageFeatures(count: 1, seed: seed),
                            region: region
                        )
                    ],
                    unconditional: nil
                ),
                pictureCount: 1,
                maskSide: 8
            )
            return unet(
                latents,
                timesteps: [10],
                context: guidance.context(timestep: 10),
                added: nil
            )
        }
        let nowhere = Tensor.zeros([1, 8, 8])
        expectClose(output(region: nowhere, seed: 1), output(region: nowhere, seed: 2))
        expectClose(output(region: .ones([1, 8, 8]), seed: 1), output(region: nil, seed: 1))
    }

    /// CustomContrast reads several pictures of one subject together.
    @Test func readsSeveralPicturesOfASubject() throws {
        let encoder = try conditioner().adapter.encoder
        let pictures = TinyModels.imageFeatures(count: 3)
        let joined = encoder.joined(pictures)
        #expect(joined.shape == [1, 60, 12])
        #expect(encoder(encoder.media(joined), timesteps: [1]).subjectTokens?.shape == [1, 3, 24])
    }
}
