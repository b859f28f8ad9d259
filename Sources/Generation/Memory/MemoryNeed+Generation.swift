package import CustomContrast
package import Requests
package import StableDiffusion
internal import Tensors

extension MemoryNeed {
    /// What a `generate` job takes: while it encodes references, denoises and decodes.
    ///
    /// - Parameters:
    ///   - base: The base's folder, opened.
    ///   - adapter: The adapter's file, opened; `nil` for the base alone.
    ///   - isKept: Whether the base is in memory from the job before, with its UNet.
    ///   - available: The bytes the job may use; pictures are decoded in tiles if they are few, and the
    ///     request leaves it open.
    package init(
        _ request: GenerationRequest,
        base folder: ModelFolder,
        adapter: AdapterFile?,
        isKept: Bool = false,
        available: Int = .max
    ) throws {
        let base = try BaseOutline(folder, precision: ProductPrecision(request.precision))
        let size = (
            height: request.height ?? base.pictureSide, width: request.width ?? base.pictureSide
        )
        let factor = base.autoencoder.reductionFactor
        let latents = (height: size.height / factor, width: size.width / factor)
        let samples = ClassifierFreeGuidance(scale: request.guidanceScale).isActive ? 2 : 1
        let usesAdapter = request.method != .textOnly && !request.subjects.isEmpty
        let components = usesAdapter ? adapter?.design.componentCount ?? 0 : 0

        var kept: [(name: String, bytes: Int)] = [("process", MemoryNeed.process)]
        if usesAdapter, let adapter {
            kept.append(("adapter", WeightMemory.valueSize * adapter.valueCount))
        }
        let unet = base.unetBytes(samples: samples, size: latents, trains: false)
        var stages: [Stage] = []
        if usesAdapter, let image = base.image {
            // References are encoded subject by subject.
            let images = request.subjects.map(\.images.count).max() ?? 1
            stages.append(
                Stage(
                    name: "reading references",
                    parts: kept + [
                        ("text encoder", base.textBytes),
                        ("image encoder", base.imageBytes),
                        ("UNet of the job before", isKept ? unet : 0),
                        (
                            "activations",
                            MemoryNeed.withIdle(
                                ActivationMemory.imageEncoder(image, images: images)
                            )
                        ),
                    ]
                )
            )
        }
        // S⁺ reads the text encoder in every step; other contexts are computed once.
        if components > 0 { kept.append(("text encoder", base.textBytes)) }
        kept.append(("UNet", unet))
        let passes = max(1, components) * max(1, request.subjects.count)
        let work =
            ActivationMemory.unet(base.unet, samples: samples, size: latents)
            + base.textWork(passes: passes, trains: false)
        stages.append(
            Stage(
                name: "denoising",
                parts: kept + [("activations", MemoryNeed.withIdle(work))]
            )
        )
        kept.append(("autoencoder", base.autoencoderWeights.mapped))
        let decoding = DecodingStage(autoencoder: base.autoencoder, size: size, kept: kept)
        let tileSide = decoding.tileSide(request.tiling, available: available)
        stages.append(decoding.stage(tileSide: tileSide))
        self.init(stages: stages, tileSide: tileSide)
    }

    /// Activations, and blocks of earlier ones that wait for reuse beside them.
    static func withIdle(_ work: Int) -> Int { work + min(work, TensorMemory.idleLimit) }
}
