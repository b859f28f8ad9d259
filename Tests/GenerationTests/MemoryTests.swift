import CLIP
import CustomContrast
import Foundation
import Layers
import Requests
import StableDiffusion
import Tensors
import Testing

@testable import Generation

/// What models take in memory, and what is told of it before they are loaded.
struct MemoryTests {
    private func generation(_ members: [String: JSONValue] = [:]) throws -> GenerationRequest {
        let payload: [String: JSONValue] = ["prompt": "a dog"].merging(members) { $1 }
        let (request, _) = try JobRequest.decode(
            kind: .generate,
            payload: .object(payload),
            drawnSeed: 5
        )
        guard case .generate(let generation) = request else {
            throw GenerationError.noImageEncoder(base: "none")
        }
        return generation
    }

    private func need(_ base: TinyBase, _ members: [String: JSONValue] = [:]) throws -> Int {
        try MemoryNeed(generation(members), base: ModelFolder(base.folder), adapter: nil).peak.bytes
    }

    @Test(arguments: TinyBase.allCases)
    func largerPicturesNeedMore(base: TinyBase) throws {
        let sides: [JSONValue] = [64, 256, 1024]
        let needs = try sides.map { try need(base, ["width": $0, "height": $0]) }
        #expect(needs[0] > MemoryNeed.process)
        #expect(needs == needs.sorted() && Set(needs).count == 3)
        // Sixteen times the pixels, but not of the weights.
        #expect(needs[2] - MemoryNeed.process > 4 * (needs[1] - MemoryNeed.process))
    }

    /// The image encoder reads references beside a UNet that the job before has left.
    @Test func aKeptBaseCounts() throws {
        let request = try generation([
            "adapter": "a", "subjects": [["class": "dog", "images": ["dog.png"]]],
        ])
        let folder = try ModelFolder(TinyBase.sd.folder)
        let stages = try [false, true].map { isKept in
            try MemoryNeed(request, base: folder, adapter: nil, isKept: isKept).stages
        }
        #expect(stages[0].map(\.name) == ["reading references", "denoising", "decoding"])
        #expect(stages[1][0].bytes > stages[0][0].bytes)
        #expect(stages[1].dropFirst().map(\.bytes) == stages[0].dropFirst().map(\.bytes))
    }

    /// Tiles are as large as memory allows, and a request may ask for the autoencoder's own or for none.
    @Test func tilesComeWhereMemoryIsShort() throws {
        let decoding = DecodingStage(
            autoencoder: AutoencoderConfiguration(),
            size: (height: 768, width: 1024),
            kept: [("UNet", 1 << 30)]
        )
        let enough = decoding.stage(tileSide: nil).bytes
        #expect(decoding.tileSide(.auto, available: enough) == nil)
        let large = try #require(decoding.tileSide(.auto, available: enough - 1))
        let small = try #require(decoding.tileSide(.auto, available: enough * 2 / 3))
        #expect(32 < small && small < large && large < 1024 / 8)
        #expect(decoding.stage(tileSide: small).bytes <= enough * 2 / 3)
        #expect(decoding.stage(tileSide: small + 16).bytes > enough * 2 / 3)
        #expect(large % AutoencoderKL.tileGranule == 0)
        // What cannot fit is told with the smallest tiles.
        #expect(decoding.tileSide(.auto, available: 1) == 32)
        #expect(decoding.tileSide(.never, available: 1) == nil)
        #expect(decoding.tileSide(.always, available: .max) == 512 / 8)
    }

    @Test func aRequestDecidesAboutTiles() throws {
        let folder = try ModelFolder(TinyBase.sd.folder)
        func tileSide(_ tiling: String, available: Int) throws -> Int? {
            let request = try generation([
                "width": 1024, "height": 768, "vae_tiling": .string(tiling),
            ])
            let need = try MemoryNeed(request, base: folder, adapter: nil, available: available)
            return need.tileSide
        }
        #expect(try tileSide("auto", available: .max) == nil)
        #expect(try tileSide("auto", available: 1) == 32)
        #expect(try tileSide("never", available: 1) == nil)
        let own = try BaseOutline(folder).autoencoder.ownTileSide
        #expect(try tileSide("always", available: .max) == own)
    }

    @Test func weightsCountOnce() throws {
        let base = try TinyBase.sd.load()
        let outline = try BaseOutline(base.folder)
        let count = base.unet.parameters.reduce(0) { $0 + $1.shape.elementCount }
        #expect(WeightMemory.count(of: outline.unetWeights.source) == count)
        #expect(outline.unetWeights.source.storedSize(of: "conv_in.weight") == 4)
        let size = (height: 8, width: 8)
        let inUse = outline.unetBytes(samples: 2, size: size, trains: false)
        #expect(inUse == 4 * count)
        let trained = outline.unetBytes(samples: 2, size: size, trains: true)
        #expect(inUse < trained && trained <= 2 * inUse)
    }

    @Test func anOutlineHasTheAdaptersSizes() throws {
        let base = try TinyBase.sd.load()
        let adapter = try TinyBase.adapter(for: base)
        let outline = try UNet2DConditionModel(
            .outlining(),
            configuration: base.folder.unetConfiguration()
        )
        #expect(outline.parameters.map(\.name) == base.unet.parameters.map(\.name))
        #expect(outline.parameters.map(\.shape) == base.unet.parameters.map(\.shape))
        #expect(outline.crossAttentionLayers.count == base.unet.crossAttentionLayers.count)
        #expect(adapter.parameters.allSatisfy { $0.shape.elementCount > 0 })
    }

    @Test(arguments: [(0, "0 MiB"), (700 << 20, "700 MiB"), (5 << 30, "5.0 GiB")])
    func bytesAreReadable(_ bytes: Int, _ words: String) {
        #expect(MemoryNeed.words(bytes) == words)
    }

    /// What a stage gives back is computed again, with the same bytes.
    @Test func aBaseThatRestedPaintsTheSame() throws {
        let job = try TinyJob()
        let first = try job.pictures()
        job.base.rest()
        let parameters =
            job.base.unet.parameters + job.base.autoencoder.parameters
            + job.base.prompts.stages[0].model.parameters
        for parameter in parameters { parameter.reclaimMemory() }
        #expect(try job.pictures() == first)
    }
}
