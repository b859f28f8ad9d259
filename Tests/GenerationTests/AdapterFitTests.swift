import CustomContrast
import Foundation
import Layers
import StableDiffusion
import Tensors
import TestSupport
import Testing

@testable import Generation

/// Adapters for other models are refused before a base is loaded, in one sentence.
struct AdapterFitTests {
    /// The header of an IP-Adapter-plus for SD v1.5 or SDXL, with the published widths.
    private func adapter(
        textWidth: Int,
        imageWidth: Int,
        in folder: TemporaryFolder
    ) throws -> AdapterFile {
        let shapes: [String: Shape] = [
            "latents": [1, 2, 64], "proj_in.weight": [64, imageWidth],
            "proj_out.weight": [textWidth, 64], "layers.0.0.to_q.weight": [64, 64],
            "layers.0.1.1.weight": [256, 64],
        ]
        let path = folder["adapter.safetensors"]
        try WeightFile.write(
            Dictionary(
                uniqueKeysWithValues: shapes.map {
                    ("image_proj.\($0)", Tensor.zeros($1))
                }
            ),
            to: path
        )
        return try AdapterFile(path: path)
    }

    @Test(
        arguments: [
            (
                2048, 1280,
                "is made for a base of SDXL (width 2048), but sd15 has Stable Diffusion 1 (width 768); "
                    + "name another base, or an adapter for this one."
            ),
            (
                768, 1280,
                "reads an image encoder of CLIP ViT-H/14 (width 1280), but that of the base sd15 has CLIP "
                    + "ViT-L/14 (width 1024); put the right one into its folder image_encoder, name it "
                    + "as \"image_encoder\", or name another adapter."
            ),
        ]
    )
    func wrongModelsAreNamed(_ textWidth: Int, _ imageWidth: Int, _ words: String) throws {
        let folder = try TemporaryFolder()
        let file = try adapter(textWidth: textWidth, imageWidth: imageWidth, in: folder)
        // SD v1.5 with the ViT-L/14 of CLIP beside it.
        let base = AdapterFit(textWidth: 768, imageWidth: 1024, embeddingWidth: 768)
        let error = #expect(throws: AdapterError.self) { try file.requireFit(base, base: "sd15") }
        #expect("\(try #require(error))" == "\(file.path) \(words)")
    }

    @Test func theSizesOfABaseComeFromItsConfigurations() throws {
        for tiny in TinyBase.allCases {
            let folder = try ModelFolder(tiny.folder)
            let path = Fixtures.folder("Generation/\(tiny.rawValue)-ip-adapter-plus.safetensors")
                .path
            try folder.requireFit(of: AdapterFile(path: path), name: tiny.rawValue)
            let temporary = try TemporaryFolder()
            let other = try adapter(textWidth: 2048, imageWidth: 1280, in: temporary)
            #expect(throws: AdapterError.self) {
                try folder.requireFit(of: other, name: tiny.rawValue)
            }
        }
    }
}
