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
    private let checkpointInterval: Duration

    /// Creates the pipeline.
    ///
    /// - Parameters:
    ///   - adapter: What turns reference pictures into conditioning; `nil` to use the text alone. Not
    ///     used if the request's method is `textOnly`.
    ///   - subjects: The request's subjects with their pictures, in its order; empty without an adapter.
    ///   - resolvedRequest: The payload with every default and the seed written out.
    ///   - tileSide: The sides in latents of the tiles in which pictures are decoded; `nil` to decode them
    ///     at once.
    ///   - checkpointInterval: The longest time between two checkpoints with finished pictures.
    package init(
        base: BaseModel,
        adapter: SubjectAdapter?,
        request: GenerationRequest,
        subjects: [SubjectPictures],
        provenance: Provenance,
        resolvedRequest: JSONValue,
        tileSide: Int? = nil,
        checkpointInterval: Duration = .seconds(60)
    ) {
        self.base = base
        self.adapter = request.method == .textOnly ? nil : adapter
        self.request = request
        self.subjects = subjects
        self.provenance = provenance
        self.resolvedRequest = resolvedRequest
        self.tileSide = tileSide
        self.checkpointInterval = checkpointInterval
    }

    /// Makes the pictures that no earlier attempt has made, publishes each as it is done, and saves a
    /// checkpoint with them by time and before the job is given back.
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
        var checkpoints = try PictureCheckpoints(
            request: resolvedRequest,
            interval: checkpointInterval,
            stepsPerPicture: stepCount,
            pictureCount: pictureCount,
            host: host
        )
        let firstIndex = checkpoints.savedCount
        var pictures = try earlierPictures(firstIndex, within: sheetSide, host: host)
        var decodingTime: Duration?
        for (promptIndex, prompt) in request.prompts.enumerated() {
            let indices = promptIndex * request.count..<(promptIndex + 1) * request.count
            // An earlier attempt has made them.
            if indices.upperBound <= firstIndex { continue }
            let conditioning = try prompts.conditioning(of: prompt, host: host)
            if !(adapter?.encoder.dependsOnTimestep ?? false) {
                base.finish(.textEncoder)
                base.finish(.secondTextEncoder)
            }
            for index in indices where index >= firstIndex {
                let loop = DenoisingLoop(
                    base: base,
                    sampler: sampler,
                    guidanceScale: request.guidanceScale,
                    random: request.randomStream,
                    conditioning: conditioning
                )
                let seed = request.seed + index
                let began = ContinuousClock.now
                let (latents, masks) = try loop.latents(seed: seed, size: size.latents) { step in
                    host.report(
                        step: index * stepCount + step,
                        of: pictureCount * stepCount
                    )
                    let stepTime = began.duration(to: .now) / step
                    // Until one has been decoded, that is guessed to take as long as four steps.
                    try checkpoints.stepDone(
                        finished: index,
                        remaining: stepTime * (stepCount - step) + (decodingTime ?? stepTime * 4)
                    )
                }
                let sampled = ContinuousClock.now
                let picture = GeneratedPicture(
                    image: try base.picture(of: latents, seed: seed, tileSide: tileSide),
                    index: index,
                    seed: seed,
                    prompt: request.text(of: prompt),
                    masks: request.savesMasks ? masks : []
                )
                decodingTime = sampled.duration(to: .now)
                try publish(picture, host: host)
                host.log(
                    "Picture \(index + 1) of \(pictureCount): seed \(seed), \(picture.prompt)."
                )
                if request.savesContactSheet { pictures.append(picture.fitted(within: sheetSide)) }
                try checkpoints.pictureDone(index + 1)
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
