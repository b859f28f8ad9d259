import Foundation
import Layers
import StableDiffusion
import Tensors
import TestSupport
import Testing

/// Whole trajectories against diffusers' schedulers (scripts/fixtures/samplers.py).
struct SamplerTests {
    /// A scheduler's configuration and how it was run.
    private struct Case: Decodable {
        let name: String
        let steps: Int
        let eta: Float
        let configuration: SchedulerConfiguration
    }

    private static let cases: [String: Case] = {
        let decoder = JSONDecoder()
        decoder.allowsJSON5 = true
        let file = Fixtures.folder("Samplers/cases.json")
        guard let data = try? Data(contentsOf: file),
            let cases = try? decoder.decode([Case].self, from: data)
        else { return [:] }
        return Dictionary(uniqueKeysWithValues: cases.map { ($0.name, $0) })
    }()

    @Test(arguments: [
        "ddim-leading", "ddim-defaults-clipped", "ddim-trailing-velocity", "ddim-trailing-uneven",
        "ddim-zero-snr", "ddim-linspace-sample", "ddim-stochastic", "ddim-cosine",
        "euler-leading", "euler-linspace", "euler-trailing-velocity", "euler-karras",
        "dpm-linspace", "dpm-leading", "dpm-few-steps", "dpm-sample", "dpm-karras",
        "pndm-leading", "pndm-velocity",
    ])
    func `A trajectory equals diffusers'`(name: String) throws {
        let run = try #require(Self.cases[name])
        let reference = try Fixtures.tensors("Samplers/reference.safetensors")
        let pattern = try reference.tensor("pattern")
        let className = try #require(run.configuration.className)
        let kind = try #require(SamplerKind(schedulerClass: className))
        var sampler = try kind.sampler(run.configuration, stepCount: run.steps, eta: run.eta)

        let timesteps = try reference.tensor("\(name).timesteps")
        expectClose(
            sampler.timesteps,
            timesteps.values,
            relativeTolerance: 1e-6,
            "the timesteps"
        )
        var latents = try reference.tensor("start") * sampler.initialNoiseScale
        var visited = [latents]
        for index in sampler.timesteps.indices {
            let input = sampler.denoiserInput(latents, at: index)
            let output = 0.6 * input + (sampler.timesteps[index] / 1000) * pattern
            let noise = try reference.tensor("noise.\(min(index, 5))")
            latents = sampler.step(latents, output: output, at: index) { noise }
            visited.append(latents)
        }
        expectClose(
            stacked(visited, axis: 0),
            try reference.tensor("\(name).latents"),
            relativeTolerance: 2e-6,
            "the trajectory"
        )
    }

    @Test func `Steps past the training timesteps are refused`() {
        let configuration = SchedulerConfiguration()
        for kind in SamplerKind.allCases {
            #expect(throws: ModelFileError.self) {
                try kind.sampler(configuration, stepCount: 1001)
            }
            #expect(throws: ModelFileError.self) {
                try kind.sampler(configuration, stepCount: 0)
            }
        }
        // Offset 1 would ask the denoiser about timestep 1000.
        #expect(throws: ModelFileError.self) {
            try DDIMSampler(configuration, stepCount: 1000)
        }
    }

    @Test(arguments: [
        #"{"prediction_type": "flow"}"#, #"{"thresholding": true}"#, #"{"solver_order": 3}"#,
        #"{"algorithm_type": "sde-dpmsolver++"}"#, #"{"beta_schedule": "sigmoid"}"#,
        #"{"shift": 3.0}"#, #"{"sigma_max": 80.0}"#, #"{"skip_prk_steps": false}"#,
        #"{"timestep_spacing": "Trailing"}"#,
    ])
    func `Options that would change the pictures are refused`(json: String) {
        #expect(throws: ModelFileError.self) {
            try JSONDecoder().decode(SchedulerConfiguration.self, from: Data(json.utf8))
        }
    }
}
