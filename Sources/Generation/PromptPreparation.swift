internal import CLIP
internal import CustomContrast
internal import Layers
internal import Requests
internal import StableDiffusion
internal import Tensors

/// What all prompts of a request share: the encoded references and what guidance leads away from.
struct PromptPreparation {
    private let base: BaseModel
    private let request: GenerationRequest
    private let size: PictureSize
    private let conditioner: SubjectConditioner?
    private let subjects: [GuidedSubject]
    private let classNames: [String]
    private let unconditionalText: PromptEmbedding?
    private let unconditional: Unconditional?

    /// Encodes the references and the negative prompt.
    init(
        base: BaseModel,
        adapter: SubjectAdapter?,
        request: GenerationRequest,
        subjects: [SubjectPictures],
        size: PictureSize
    ) throws {
        self.base = base
        self.request = request
        self.size = size
        classNames = subjects.map(\.className)
        let isGuided = ClassifierFreeGuidance(scale: request.guidanceScale).isActive
        unconditionalText = try PromptPreparation.finite("the text encoder") {
            isGuided ? base.unconditionalText(request.negativePrompt) : nil
        }
        try adapter.map { try PromptPreparation.require($0.encoder, toBe: request.method) }
        guard let adapter, !subjects.isEmpty else {
            conditioner = nil
            self.subjects = []
            unconditional = nil
            return
        }
        let imageEncoder = try base.requireImageEncoder()
        defer { base.finish(.imageEncoder) }
        conditioner = SubjectConditioner(adapter: adapter, prompts: base.prompts)
        self.subjects = try subjects.map { subject in
            let output = try PromptPreparation.finite("the image encoder") {
                imageEncoder(subject.images)
            }
            return GuidedSubject(
                imageFeatures: adapter.encoder.joined(
                    try adapter.encoder.imageFeatures(of: output)
                ),
                scale: subject.scale
            )
        }
        unconditional = try unconditionalText.map {
            Unconditional(
                text: $0,
                blankFeatures: try adapter.encoder.blankFeatures(imageEncoder.model)
            )
        }
    }

    /// Runs a stage that is cheap beside the UNet; throws if a layer of it gave numbers that are not finite.
    private static func finite<Result>(
        _ stage: String,
        _ body: () throws -> Result
    ) throws -> Result {
        let (result, layer) = try FiniteWatch.watching(body)
        if let layer { throw GenerationError.nonFinite(stage: stage, layer: layer) }
        return result
    }

    /// Requires that an adapter is of the kind the request's method names.
    private static func require(
        _ encoder: SubjectEncoder,
        toBe method: SubjectMethod
    ) throws(GenerationError) {
        let own: SubjectMethod =
            switch encoder {
            case .multimodal: .customcontrast
            case .resampler: .ipAdapterPlus
            case .projection: .ipAdapter
            }
        guard method == own else {
            throw .otherMethod(asked: method.rawValue, found: own.rawValue)
        }
    }

    /// What one prompt makes the UNet read; warns of words that do not fit.
    func conditioning(of prompt: String, host: any PipelineHost) throws -> PictureConditioning {
        let text = request.text(of: prompt)
        guard let conditioner else {
            let plain = base.prompts.prompt(text)
            try report(plain.truncatedWords, of: text, host: host)
            return PictureConditioning(
                conditional: try PromptPreparation.finite("the text encoder") {
                    base.prompts.encode([plain])
                },
                unconditional: unconditionalText,
                timeIDs: size.timeIDs
            )
        }
        let placed = try conditioner.prompt(text, nouns: classNames)
        try report(placed.truncatedWords, of: text, host: host)
        let guided = try PromptPreparation.finite("the encoding of prompt and subjects") {
            GuidedPrompt(
                conditioner: conditioner,
                prompt: placed,
                subjects: subjects,
                unconditional: unconditional,
                keepsSteps: request.count > 1
            )
        }
        return PictureConditioning(
            SubjectGuidance(
                guided,
                pictureCount: 1,
                usesLocationMask: request.usesLocationMask,
                maskSide: min(64, size.latents.height, size.latents.width)
            ),
            timeIDs: size.timeIDs
        )
    }

    /// Warns of a prompt that was cut, or throws if the request wants that.
    private func report(_ words: [String], of prompt: String, host: any PipelineHost) throws {
        guard !words.isEmpty else { return }
        let overflow = GenerationError.promptTooLong(
            prompt: prompt,
            length: base.prompts.stages[0].tokenizer.length,
            lostWords: words
        )
        if request.promptOverflow == .error { throw overflow }
        host.warn(overflow.description)
    }
}
