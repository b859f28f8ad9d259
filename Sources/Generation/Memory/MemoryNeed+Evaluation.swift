internal import CLIP
internal import DINOv2
package import Foundation
internal import Layers
package import Requests
package import StableDiffusion
internal import Tensors

extension MemoryNeed {
    /// Pictures that a judge looks at together, at most.
    private static let judgedTogether = 32

    /// What an `evaluate` job takes: while it judges, and while a base paints captions.
    ///
    /// - Parameters:
    ///   - judge: The judge's folder: a base, or a CLIP.
    ///   - dinoJudge: The folder of the DINOv2 for the metric `dino`.
    ///   - base: What paints the captions of `zero_shot`, opened; `nil` without them.
    ///   - pictureCount: The pictures of jobs that are judged.
    package init(
        _ request: EvaluationRequest,
        judge: URL,
        dinoJudge: URL? = nil,
        base folder: ModelFolder?,
        pictureCount: Int
    ) throws {
        let base = try folder.map { try BaseOutline($0) }
        let judge = try JudgeOutline(judge)
        var kept = [("process", MemoryNeed.process), ("judge", judge.weightBytes)]
        var dinoWork = 0
        if let dinoJudge {
            let source = try SafeTensorsWeights(folder: dinoJudge.path)
            kept.append(("DINOv2", WeightMemory.valueSize * WeightMemory.count(of: source)))
            dinoWork = try ActivationMemory.dinoEncoder(
                DINOv2Configuration(file: dinoJudge.appending(path: "config.json")),
                images: min(MemoryNeed.judgedTogether, max(pictureCount, 1))
            )
        }
        let painted = request.zeroShot?.count ?? 0
        let together = min(MemoryNeed.judgedTogether, max(pictureCount, painted, 1))
        var stages: [Stage] = []
        if let base, let settings = request.zeroShot {
            // Files of both kinds of pictures, which are published together at the end.
            kept.append(("pictures", 2 * 3 * painted * base.pictureSide * base.pictureSide))
            let samples = ClassifierFreeGuidance(scale: settings.guidanceScale).isActive ? 2 : 1
            let side = base.pictureSide / base.autoencoder.reductionFactor
            let latents = (height: side, width: side)
            kept += [
                ("text encoder", base.textBytes),
                ("UNet", base.unetBytes(samples: samples, size: latents, trains: false)),
            ]
            let denoising =
                ActivationMemory.unet(base.unet, samples: samples, size: latents)
                + base.textWork(passes: 1, trains: false)
            stages.append(
                Stage(
                    name: "denoising",
                    parts: kept + [("activations", MemoryNeed.withIdle(denoising))]
                )
            )
            let decoding = DecodingStage(
                autoencoder: base.autoencoder,
                size: (height: base.pictureSide, width: base.pictureSide),
                kept: kept + [("autoencoder", base.autoencoderWeights.mapped)]
            )
            stages.append(decoding.stage(tileSide: nil))
        }
        stages.append(
            Stage(
                name: "judging",
                parts: kept + [
                    ("activations", MemoryNeed.withIdle(max(judge.work(together), dinoWork)))
                ]
            )
        )
        self.init(stages: stages)
    }
}

/// The sizes of a judge that decide how much memory it takes; no weights are read.
private struct JudgeOutline {
    /// Bytes of both encoders' weights as float32.
    let weightBytes: Int
    private let text: CLIPTextConfiguration
    private let vision: CLIPVisionConfiguration

    init(_ folder: URL) throws {
        let isBase = FileManager.default.fileExists(
            atPath: folder.appending(path: "model_index.json").path
        )
        let folders =
            isBase
            ? ["text_encoder", "image_encoder"].map { folder.appending(path: $0) } : [folder]
        weightBytes = try folders.reduce(0) { sum, folder in
            let source = try SafeTensorsWeights(folder: folder.path)
            return sum + WeightMemory.valueSize * WeightMemory.count(of: source)
        }
        text = try CLIPTextConfiguration(file: folders[0].appending(path: "config.json"))
        vision = try CLIPVisionConfiguration(
            file: folders[folders.count - 1].appending(path: "config.json")
        )
        try BaseOutline.require(text.sizes + vision.sizes, of: folder)
    }

    /// What looking at so many pictures or texts takes.
    func work(_ count: Int) -> Int {
        max(
            ActivationMemory.imageEncoder(vision, images: count),
            ActivationMemory.textEncoder(
                width: text.width,
                layers: text.layerCount,
                length: text.length,
                passes: count,
                trains: false
            )
        )
    }
}
