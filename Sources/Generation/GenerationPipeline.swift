package import CustomContrast
internal import Foundation
package import Requests
internal import StableDiffusion
internal import Tensors

/// From a request to pictures: references are encoded once, each prompt once, each picture by itself.
package struct GenerationPipeline {
    private let base: BaseModel
    private let adapter: SubjectAdapter?
    let request: GenerationRequest
    let subjects: [SubjectPictures]
    let provenance: Provenance
    /// The request with every default written out, as it is stored with the pictures.
    let resolvedRequest: JSONValue
    private let tileSide: Int?

    /// Creates the pipeline.
    ///
    /// - Parameters:
    ///   - adapter: What turns reference pictures into conditioning; `nil` to use the text alone. Not
    ///     used if the request's method is `textOnly`.
    ///   - subjects: The request's subjects with their pictures, in its order; empty without an adapter.
    ///   - resolvedRequest: The payload with every default and the seed written out.
    ///   - tileSide: The sides in latents of the tiles in which pictures are decoded; `nil` to decode them
    ///     at once.
    package init(
        base: BaseModel,
        adapter: SubjectAdapter?,
        request: GenerationRequest,
        subjects: [SubjectPictures],
        provenance: Provenance,
        resolvedRequest: JSONValue,
        tileSide: Int? = nil
    ) {
        self.base = base
        self.adapter = request.method == .textOnly ? nil : adapter
        self.request = request
        self.subjects = subjects
        self.provenance = provenance
        self.resolvedRequest = resolvedRequest
        self.tileSide = tileSide
    }

    /// Makes all pictures and publishes each as it is done.
    ///
    /// - Throws: `GenerationError`, `SubjectPromptError`, an interruption, or whatever the host throws.
    package func run(host: any PipelineHost) throws {
        let size = try PictureSize(request: request, base: base)
        let prompts = try PromptPreparation(
            base: base,
            adapter: adapter,
            request: request,
            subjects: subjects,
            size: size
        )
        if let tileSide {
            let side = tileSide * base.autoencoder.configuration.reductionFactor
            host.log("Pictures are decoded in tiles of \(side) × \(side) pixels (vae_tiling).")
        }
        precondition(
            base.precision == ProductPrecision(request.precision),
            "the base was loaded for products in \(base.precision), the job asks for \(request.precision)"
        )
        let sampler = try request.sampler.integrator.sampler(
            base.scheduler,
            stepCount: request.steps
        )
        let stepCount = sampler.timesteps.count
        let pictureCount = request.prompts.count * request.count
        let sheetSide = sheetSide(of: size, pictureCount: pictureCount)
        var pictures: [GeneratedPicture] = []
        for (promptIndex, prompt) in request.prompts.enumerated() {
            let conditioning = try prompts.conditioning(of: prompt, host: host)
            if !(adapter?.encoder.dependsOnTimestep ?? false) {
                base.finish(.textEncoder)
                base.finish(.secondTextEncoder)
            }
            for copy in 0..<request.count {
                let index = promptIndex * request.count + copy
                let loop = DenoisingLoop(
                    base: base,
                    sampler: sampler,
                    guidanceScale: request.guidanceScale,
                    random: request.randomStream,
                    conditioning: conditioning
                )
                let seed = request.seed + index
                let (latents, masks) = try loop.latents(seed: seed, size: size.latents) { step in
                    host.report(
                        step: index * stepCount + step,
                        of: pictureCount * stepCount
                    )
                    try host.throwIfInterrupted()
                }
                let picture = GeneratedPicture(
                    image: try base.picture(of: latents, seed: seed, tileSide: tileSide),
                    index: index,
                    seed: seed,
                    prompt: request.text(of: prompt),
                    masks: request.savesMasks ? masks : []
                )
                try publish(picture, host: host)
                host.log(
                    "Picture \(index + 1) of \(pictureCount): seed \(seed), \(picture.prompt)."
                )
                if request.savesContactSheet { pictures.append(picture.fitted(within: sheetSide)) }
            }
        }
        try publishSheet(pictures, cellSide: sheetSide, host: host)
        try host.addOutput(
            PipelineOutput(role: "request", path: "request.json", mediaType: "application/json")
        ) { file in
            try resolvedRequest.encoded(pretty: true).write(to: file)
        }
    }
}
