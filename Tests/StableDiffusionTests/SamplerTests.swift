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
        /// The class of diffusers that ran.
        let sampler: String
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

    /// Every sampler with every spacing and both kinds of prediction, and files of other classes.
    private static let combinations: [String] =
        ["ddim", "euler", "dpm", "pndm"].flatMap { sampler in
            ["leading", "linspace", "trailing"].flatMap { spacing in
                ["epsilon", "v_prediction"].map { "matrix-\(sampler)-\(spacing)-\($0)" }
            }
        }
        + ["unipc", "lcm", "singlestep", "zero-snr"].flatMap { file in
            ["ddim", "euler", "dpm"].map { "\(file)-file-\($0)" }
        } + [
            "deis-file-ddim", "deis-file-euler", "sde-file-ddim", "sde-file-euler",
            "zero-snr-file-pndm",
        ]

    @Test(
        arguments: [
            "ddim-leading", "ddim-defaults-clipped", "ddim-trailing-velocity",
            "ddim-trailing-uneven",
            "ddim-zero-snr", "ddim-linspace-sample", "ddim-stochastic", "ddim-cosine",
            "euler-leading", "euler-linspace", "euler-trailing-velocity", "euler-karras",
            "dpm-linspace", "dpm-leading", "dpm-few-steps", "dpm-sample", "dpm-karras",
            "pndm-leading", "pndm-velocity",
        ] + combinations
    )
    func `A trajectory equals diffusers'`(name: String) throws {
        let run = try #require(Self.cases[name])
        let reference = try Fixtures.tensors("Samplers/reference.safetensors")
        let pattern = try reference.tensor("pattern")
        let kind = try #require(SamplerKind(schedulerClass: run.sampler))
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

    private func configuration(_ json: String) throws -> SchedulerConfiguration {
        try JSONDecoder().decode(SchedulerConfiguration.self, from: Data(json.utf8))
    }

    @Test(arguments: [
        #"{"prediction_type": "flow_prediction"}"#, #"{"beta_schedule": "sigmoid"}"#,
        #"{"timestep_spacing": "Trailing"}"#, #"{"use_flow_sigmas": true}"#,
        #"{"_class_name": "FlowMatchEulerDiscreteScheduler", "shift": 3.0}"#,
    ])
    func `What no sampler can undo is refused`(json: String) {
        #expect(throws: ModelFileError.self) { try configuration(json) }
    }

    @Test(arguments: [
        (#"{"thresholding": true}"#, [SamplerKind.ddim, .dpmSolverPlusPlus2M]),
        (#"{"solver_order": 3}"#, [.dpmSolverPlusPlus2M]),
        (#"{"algorithm_type": "sde-dpmsolver++"}"#, [.dpmSolverPlusPlus2M]),
        (#"{"sigma_max": 80.0}"#, [.euler]), (#"{"skip_prk_steps": false}"#, [.pndm]),
        (#"{"final_sigmas_type": "sigma_min"}"#, [.euler, .dpmSolverPlusPlus2M]),
        (#"{"use_beta_sigmas": true}"#, [.euler, .dpmSolverPlusPlus2M]),
        (#"{"algorithm_type": "deis", "solver_type": "logrho"}"#, []),
        (#"{"shift_terminal": 0.1, "predict_x0": true, "original_inference_steps": 50}"#, []),
        (#"{"solver_order": 3, "_use_default_values": ["solver_order"]}"#, []),
    ])
    func `Each sampler refuses what it cannot do, and nothing else`(
        json: String,
        refusing: [SamplerKind]
    ) throws {
        let configuration = try configuration(json)
        for kind in SamplerKind.allCases {
            if refusing.contains(kind) {
                #expect(throws: ModelFileError.self, "\(kind)") {
                    try kind.sampler(configuration, stepCount: 5)
                }
            } else {
                #expect(throws: Never.self, "\(kind)") {
                    _ = try kind.sampler(configuration, stepCount: 5)
                }
            }
        }
    }

    @Test func `Pure noise is refused where a step visits it and the denoiser tells the noise`()
        throws
    {
        var configuration = try configuration(
            #"{"rescale_betas_zero_snr": true, "timestep_spacing": "trailing"}"#
        )
        #expect(throws: ModelFileError.self) { try DDIMSampler(configuration, stepCount: 5) }
        configuration.predictionType = .velocity
        _ = try DDIMSampler(configuration, stepCount: 5)
        configuration.predictionType = .epsilon
        configuration.timestepSpacing = .leading
        _ = try DDIMSampler(configuration, stepCount: 5)
    }
}
