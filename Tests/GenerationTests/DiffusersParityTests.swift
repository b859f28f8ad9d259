import CustomContrast
import Foundation
import Imaging
import Layers
import Requests
import StableDiffusion
import Tensors
import TestSupport
import Testing

@testable import Generation

/// Whole generations against diffusers' pipelines with an IP-Adapter-plus
/// (scripts/fixtures/generation.py): prompt, reference picture and seed in, picture out.
struct DiffusersParityTests {
    private static let scale: Float = 0.6

    private static func cases() -> [(TinyBase, Requests.SamplerKind)] {
        TinyBase.allCases.flatMap { base in Requests.SamplerKind.allCases.map { (base, $0) } }
    }

    /// The latents of diffusers' last step.
    @Test(arguments: cases())
    func latentsAreThoseOfDiffusers(tiny: TinyBase, sampler: Requests.SamplerKind) throws {
        let base = try tiny.load()
        let (request, _) = try JobRequest.decode(
            kind: .generate,
            payload: .object(payload(tiny, sampler)),
            drawnSeed: 0
        )
        guard case .generate(let request) = request else { return }
        let size = try PictureSize(request: request, base: base)
        let preparation = try PromptPreparation(
            base: base,
            adapter: tiny.ipAdapter(for: base),
            request: request,
            subjects: [TinyBase.subject("dog", scale: DiffusersParityTests.scale)],
            size: size
        )
        let loop = DenoisingLoop(
            base: base,
            sampler: try sampler.integrator.sampler(base.scheduler, stepCount: request.steps),
            guidanceScale: request.guidanceScale,
            random: .torch,
            conditioning: try preparation.conditioning(
                of: request.prompts[0],
                host: RecordingHost()
            )
        )
        let latents = try loop.latents(seed: request.seed, size: size.latents) { _ in }.latents
        let reference = try Fixtures.tensors("Generation/\(tiny.rawValue)-reference.safetensors")
        expectClose(
            latents,
            try reference.tensor("\(sampler.rawValue).latents").transposed(0, 2, 3, 1),
            relativeTolerance: 1e-4
        )
    }

    /// The published PNG, to the last bit of a colour.
    @Test(arguments: TinyBase.allCases)
    func picturesAreThoseOfDiffusers(tiny: TinyBase) throws {
        var job = try TinyJob(tiny)
        job.adapter = try tiny.ipAdapter(for: job.base)
        job.subjects = [try TinyBase.subject("dog", scale: DiffusersParityTests.scale)]
        let content = try job.pictures(payload(tiny, .ddim))[0]
        let picture = try ImageDecoder().decode(Array(content)).image
        let expected = try Fixtures.tensors("Generation/\(tiny.rawValue)-reference.safetensors")
            .tensor("ddim.image").values.map { $0 * 255 }
        #expect(picture.pixels.count == expected.count)
        let error = zip(picture.pixels, expected).map { abs(Float($0) - $1) }.max() ?? 256
        #expect(error < 0.52, "rounded from numbers that differ by \(error - 0.5)")
    }

    /// What diffusers was asked for.
    private func payload(
        _ base: TinyBase,
        _ sampler: Requests.SamplerKind
    ) -> [String: JSONValue] {
        [
            "prompt": "a photo of a dog", "negative_prompt": base == .sd ? "blurry" : "",
            "method": "ip_adapter", "adapter": "tiny", "rng": "torch", "seed": 7, "steps": 6,
            "guidance_scale": 5, "sampler": .string(sampler.rawValue),
            "subjects": [["class": "dog", "images": ["dog.png"]]],
        ]
    }
}
