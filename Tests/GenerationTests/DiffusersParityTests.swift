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

/// Whole generations against diffusers' pipelines with an IP-Adapter (scripts/fixtures/generation.py):
/// prompt, reference picture and seed in, picture out.
struct DiffusersParityTests {
    /// One call of diffusers' pipeline.
    struct Call: CustomTestStringConvertible {
        let base: TinyBase
        /// What the fixture calls its results.
        let name: String
        /// Fields of the request besides the common ones.
        var fields: [String: JSONValue] = [:]
        var method = "ip-adapter-plus"
        var predictsVelocity = false
        /// The files of the reference pictures.
        var pictures = ["reference"]

        var testDescription: String { "\(base.rawValue), \(name)" }

        /// Both bases with everything that the fixture has of them.
        static let all =
            TinyBase.allCases.flatMap { base in
                let samplers = Requests.SamplerKind.allCases.map(\.rawValue).flatMap { sampler in
                    [false, true].map { predictsVelocity in
                        Call(
                            base: base,
                            name: sampler + (predictsVelocity ? ".v" : ""),
                            fields: ["sampler": .string(sampler)],
                            predictsVelocity: predictsVelocity
                        )
                    }
                }
                return samplers + [
                    // SDXL's zeros in place of a negative prompt stand in the other calls.
                    Call(
                        base: base,
                        name: "other-negative",
                        fields: ["negative_prompt": base == .sd ? "" : "blurry"]
                    ),
                    Call(base: base, name: "wide", fields: ["width": 64, "height": 32]),
                    Call(base: base, name: "plain", method: "ip-adapter"),
                    Call(base: base, name: "cropped", pictures: ["wide"]),
                    Call(base: base, name: "two-pictures", pictures: ["reference", "wide"]),
                    Call(
                        base: base,
                        name: "plain-two-pictures",
                        method: "ip-adapter",
                        pictures: ["reference", "wide"]
                    ),
                ]
            } + [
                Call(base: .sdxl, name: "empty-negative", fields: ["negative_prompt": ""]),
                Call(
                    base: .sdxl,
                    name: "sizes",
                    fields: [
                        "original_size": [40, 72], "crops_coords_top_left": [4, 12],
                        "target_size": [36, 28],
                    ]
                ),
            ]

        /// What diffusers was asked for.
        var payload: [String: JSONValue] {
            [
                "prompt": "a photo of a dog", "negative_prompt": base == .sd ? "blurry" : .null,
                "method": .string(method), "adapter": "tiny", "rng": "torch", "seed": 7,
                "steps": 6, "guidance_scale": 5,
                "subjects": [["class": "dog", "images": ["dog.png"]]],
            ]
            .merging(fields) { $1 }
        }

        /// Loads the base, made to predict what the call says.
        func load() throws -> (base: BaseModel, folder: TemporaryFolder) {
            let folder = try base.copy()
            let copy = URL(filePath: folder["base"])
            if predictsVelocity {
                let file = copy.appending(path: "scheduler/scheduler_config.json")
                guard case .object(var options) = try JSONValue(decoding: Data(contentsOf: file))
                else { throw CocoaError(.fileReadCorruptFile) }
                options["prediction_type"] = "v_prediction"
                try JSONValue.object(options).encoded(pretty: true).write(to: file)
            }
            return (try BaseModel(folder: copy, name: base.rawValue), folder)
        }

        /// What diffusers made of it.
        func reference(_ part: String) throws -> Tensor {
            try Fixtures.tensors("Generation/\(base.rawValue)-reference.safetensors")
                .tensor("\(name).\(part)")
        }

        /// The reference picture with the weight that diffusers was given.
        func subjects() throws -> [SubjectPictures] {
            let images = try pictures.map { name in
                let file = Fixtures.folder("Generation/\(name).png")
                return try ImageDecoder().decode(contentsOf: file.path).image
            }
            return [SubjectPictures(className: "dog", images: images, scale: 0.6)]
        }
    }

    /// The latents of diffusers' last step.
    @Test(arguments: Call.all)
    func latentsAreThoseOfDiffusers(call: Call) throws {
        let (base, folder) = try call.load()
        defer { withExtendedLifetime(folder) {} }
        let (request, _) = try JobRequest.decode(
            kind: .generate,
            payload: .object(call.payload),
            drawnSeed: 0
        )
        guard case .generate(let request) = request else { return }
        let size = try PictureSize(request: request, base: base)
        let preparation = try PromptPreparation(
            base: base,
            adapter: call.base.ipAdapter(call.method, for: base),
            request: request,
            subjects: call.subjects(),
            size: size
        )
        let loop = DenoisingLoop(
            base: base,
            sampler: try request.sampler.integrator.sampler(
                base.scheduler,
                stepCount: request.steps
            ),
            guidanceScale: request.guidanceScale,
            random: .torch,
            conditioning: try preparation.conditioning(
                of: request.prompts[0],
                host: RecordingHost()
            )
        )
        let latents = try loop.latents(seed: request.seed, size: size.latents) { _ in }.latents
        expectClose(
            latents,
            try call.reference("latents").transposed(0, 2, 3, 1),
            relativeTolerance: 1e-4
        )
    }

    /// The published PNG, to the last bit of a colour.
    @Test(arguments: Call.all)
    func picturesAreThoseOfDiffusers(call: Call) throws {
        let (base, folder) = try call.load()
        defer { withExtendedLifetime(folder) {} }
        var job = try TinyJob(base)
        job.adapter = try call.base.ipAdapter(call.method, for: base)
        job.subjects = try call.subjects()
        let content = try job.pictures(call.payload)[0]
        let picture = try ImageDecoder().decode(Array(content)).image
        let expected = try call.reference("image")
        #expect([1, picture.height, picture.width, 3] == Array(expected.shape))
        let errors = zip(picture.pixels, expected.values).map { abs(Float($0) - $1 * 255) }
        let worst = errors.max() ?? 256
        #expect(worst < 0.52, "rounded from numbers that differ by \(worst - 0.5)")
    }
}
