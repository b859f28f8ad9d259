import Foundation
import Layers
import StableDiffusion
import Tensors
import TestSupport
import Testing

/// Autoencoders against diffusers (scripts/fixtures/autoencoder.py).
struct AutoencoderTests {
    @Test(arguments: ["two-blocks", "historic-names", "without-attention"])
    func `Encoder and decoder equal diffusers'`(name: String) throws {
        let model = try AutoencoderKL(folder: Fixtures.folder("Autoencoder/\(name)"))
        let reference = try Fixtures.tensors("Autoencoder/\(name)/reference.safetensors")
        func expected(_ key: String) throws -> Tensor { try reference.tensor(key).channelsLast }

        let posterior = model.encode(try expected("image"))
        expectClose(posterior.mean, try expected("mean"), relativeTolerance: 1e-5, "the mean")
        expectClose(
            posterior.logVariance,
            try expected("logvar"),
            relativeTolerance: 1e-5,
            "the logarithm of the variance"
        )
        expectClose(
            posterior.sample(noise: try expected("noise")),
            try expected("posterior_sample"),
            relativeTolerance: 1e-5,
            "the sample"
        )
        let decoded = model.decode(try expected("latent"))
        expectClose(decoded, try expected("decoded"), relativeTolerance: 1e-5, "the picture")
    }

    @Test func `Tiles blend as diffusers' do`() throws {
        let folder = "Autoencoder/two-blocks"
        let model = try AutoencoderKL(folder: Fixtures.folder(folder))
        let reference = try Fixtures.tensors("\(folder)/tiled.safetensors")
        let latents = try reference.tensor("latent").channelsLast
        expectClose(
            model.decode(latents, tileSide: 8),
            try reference.tensor("decoded").channelsLast,
            relativeTolerance: 1e-5,
            "the picture"
        )
        let whole = model.decode(latents)
        #expect(model.decode(latents, tileSide: 20).values == whole.values)
    }

    @Test func `Missing options take diffusers' defaults`() throws {
        let folder = Fixtures.folder("Autoencoder/historic-names")
        let configuration = try AutoencoderKL(folder: folder).configuration
        #expect(configuration.scalingFactor == 0.18215)
        #expect(configuration.forcesUpcast)
        #expect(configuration.reductionFactor == 1)
    }

    @Test func `A configuration is read as it was written`() throws {
        let configuration = AutoencoderConfiguration(
            blockChannels: [32, 64],
            layersPerBlock: 1,
            groupCount: 8,
            scalingFactor: 0.5
        )
        let data = try JSONEncoder().encode(configuration)
        #expect(
            try JSONDecoder().decode(AutoencoderConfiguration.self, from: data) == configuration
        )
    }

    @Test(arguments: [
        ("act_fn", #""relu""#), ("shift_factor", "0.1"), ("latents_mean", "[0.5]"),
        ("up_block_types", #"["AttnUpDecoderBlock2D"]"#), ("norm_num_groups", "3"),
        ("_class_name", #""AutoencoderTiny""#), ("temporal_downsample", "2"),
    ])
    func `Other architectures are refused`(option: String, value: String) throws {
        var options = [
            "block_out_channels": "[8]", "down_block_types": #"["DownEncoderBlock2D"]"#,
            "up_block_types": #"["UpDecoderBlock2D"]"#, "norm_num_groups": "4",
        ]
        func decode() throws -> AutoencoderConfiguration {
            let json = options.map { "\"\($0)\": \($1)" }.joined(separator: ", ")
            return try JSONDecoder().decode(
                AutoencoderConfiguration.self,
                from: Data("{\(json)}".utf8)
            )
        }
        #expect(try decode().blockChannels == [8])
        options[option] = value
        #expect(throws: ModelFileError.self) { try decode() }
    }

    @Test func `A fresh model reconstructs shapes and trains everywhere`() throws {
        let configuration = AutoencoderConfiguration(
            blockChannels: [8, 16],
            layersPerBlock: 1,
            groupCount: 4
        )
        let scope = ParameterScope.initializing(seed: 1)
        let model = try AutoencoderKL(scope, configuration: configuration)
        let pixels = Tensor.testValues([1, 8, 12, 3])
        let loss = Tape.record {
            let posterior = model.encode(pixels)
            let latents = posterior.sample(noise: .testValues(posterior.mean.shape))
            return meanSquaredError(model.decode(latents), pixels)
        }
        let gradients = Gradients(of: loss)
        for parameter in scope.parameters {
            #expect(gradients[parameter] != nil, "\(parameter.name)")
        }
    }
}
