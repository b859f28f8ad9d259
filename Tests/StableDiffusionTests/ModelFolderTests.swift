import Foundation
import Layers
import StableDiffusion
import TestSupport
import Testing

/// Folders in the diffusers layout, made of empty parts.
struct ModelFolderTests {
    private let temporary: TemporaryFolder
    private var url: URL { URL(fileURLWithPath: temporary.path) }

    init() throws { temporary = try TemporaryFolder() }

    private static let parts: [String: [String?]] = [
        "unet": ["diffusers", "UNet2DConditionModel"], "vae": ["diffusers", "AutoencoderKL"],
        "text_encoder": ["transformers", "CLIPTextModel"],
        "tokenizer": ["transformers", "CLIPTokenizer"],
        "scheduler": ["diffusers", "PNDMScheduler"],
        "safety_checker": [nil, nil], "image_encoder": [nil, nil],
    ]

    /// Writes `model_index.json` and the folders it lists.
    private func write(
        className: String = "StableDiffusionPipeline",
        parts: [String: [String?]] = ModelFolderTests.parts,
        without missing: String? = nil
    ) throws {
        let listed = try parts.map { name, classes in
            let json = String(decoding: try JSONEncoder().encode(classes), as: UTF8.self)
            return "\"\(name)\": \(json)"
        }
        let index = "{\"_class_name\": \"\(className)\", \(listed.joined(separator: ", "))}"
        try temporary.write(Array(index.utf8), to: "model_index.json")
        for (name, classes) in parts where classes[1] != nil && name != missing {
            try FileManager.default.createDirectory(
                at: url.appendingPathComponent(name),
                withIntermediateDirectories: false
            )
        }
    }

    @Test func `Parts are found, absent ones are known`() throws {
        try write()
        let config = #"{"_class_name": "PNDMScheduler", "beta_schedule": "scaled_linear"}"#
        try temporary.write(Array(config.utf8), to: "scheduler/scheduler_config.json")
        let model = try ModelFolder(url)
        #expect(model.family == .stableDiffusion)
        #expect(try model.folder(of: .autoencoder).lastPathComponent == "vae")
        #expect(!model.contains(.imageEncoder))
        #expect(throws: ModelFileError.self) { try model.folder(of: .imageEncoder) }
        let scheduler = try model.schedulerConfiguration()
        #expect(scheduler.betaSchedule == .scaledLinear)
        #expect(scheduler.clipsSample == false)
        #expect(scheduler.stepsOffset == 1)
    }

    @Test func `A part that is listed and missing is named`() throws {
        try write(without: "vae")
        #expect(throws: ModelFileError.missing(url.appendingPathComponent("vae"))) {
            try ModelFolder(url)
        }
    }

    @Test func `SDXL needs its second text encoder`() throws {
        try write(className: "StableDiffusionXLPipeline")
        #expect(
            throws: ModelFileError.missing(url.appendingPathComponent("text_encoder_2"))
        ) {
            try ModelFolder(url)
        }
    }

    @Test func `Other pipelines and other classes are refused`() throws {
        try write(className: "StableDiffusion3Pipeline")
        #expect(throws: ModelFileError.self) { try ModelFolder(url) }
        var parts = Self.parts
        parts["vae"] = ["diffusers", "AutoencoderTiny"]
        let other = try ModelFolderTests()
        try other.write(parts: parts)
        #expect(throws: ModelFileError.self) { try ModelFolder(other.url) }
    }
}
