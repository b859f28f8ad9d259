/// Pictures by prompt, with the subjects of reference pictures in them.
package struct GenerationRequest: RequestObject, Equatable {
    /// The base model: a diffusers folder below the models root.
    package let base: ArtifactLocation
    /// The trained adapter; nil generates with the base alone.
    package let adapter: ArtifactLocation?
    /// The image encoder that reads reference pictures; nil is the base's own.
    package let imageEncoder: ArtifactLocation?
    /// Whether files of registered models may differ from what they were.
    package let allowsChangedModels: Bool
    /// Whether the adapter may be used with another base or image encoder than it was trained with.
    package let allowsOtherBase: Bool
    package let method: SubjectMethod
    /// At least one; each gets `count` pictures. `{subject}` stands for the first class noun.
    package let prompts: [String]
    /// nil is no negative prompt at all, for which SDXL has zeros; an empty one is encoded.
    package let negativePrompt: String?
    package let promptOverflow: PromptOverflow
    package let subjects: [SubjectReference]
    /// Picture `i` of the job is drawn from `seed + i`, alone or in a batch.
    package let seed: Int
    /// Pictures per prompt.
    package let count: Int
    /// Pixels; nil is the base's own size.
    package let width: Int?
    package let height: Int?
    /// SDXL's sizes, each height first: what the picture was before it was cropped, where the crop began, what
    /// it is meant to be. nil is the picture's own size, uncropped.
    package let originalSize: [Int]?
    package let cropTopLeft: [Int]?
    package let targetSize: [Int]?
    package let steps: Int
    package let sampler: SamplerKind
    package let guidanceScale: Float
    /// Weight γ of the visual branch (paper §3.2).
    package let gamma: Float
    package let usesLocationMask: Bool
    package let savesMasks: Bool
    package let savesContactSheet: Bool
    package let randomStream: RandomStreamKind
    package let precision: ArithmeticPrecision
    package let tiling: AutoencoderTiling
    package let pngMetadata: PNGMetadata

    package init(_ fields: RequestReader) throws(RequestError) {
        base = try fields.location("base", default: "small-world", "Base model (models root).")
        adapter = try fields.optionalLocation(
            "adapter",
            absent: "the base alone",
            "Adapter (models root): a folder, a `.safetensors` file, or the train job that made it."
        )
        imageEncoder = try fields.optionalLocation(
            "image_encoder",
            absent: "the base's own",
            "CLIP image encoder (models root) in place of the folder `image_encoder` of the base."
        )
        allowsChangedModels = try fields.allowsChangedModels()
        allowsOtherBase = try fields.flag(
            "allow_other_base",
            default: false,
            "Use an adapter of this program although it was trained with another base or image encoder of the same sizes, such as a fine-tune's or a copy in float16; the job then has a warning."
        )
        method = try fields.choice(
            "method",
            default: .customcontrast,
            "How the reference pictures reach the model."
        )
        prompts = try fields.prompts()
        negativePrompt = try fields.optionalText(
            "negative_prompt",
            length: 0...2000,
            absent: "none",
            "What the pictures should not show. Without it SDXL's guidance leads away from zeros, with `\"\"` from the empty text."
        )
        promptOverflow = try fields.choice(
            "prompt_overflow",
            default: .warn,
            "What to do with a prompt of more tokens than the base reads (CLIP's 77, the small world's 32, ends included)."
        )
        subjects = try fields.objects(
            "subjects",
            SubjectReference.self,
            count: 0...4,
            "Who or what has to appear."
        )
        seed = try fields.seed("Picture `i` of the job uses `seed + i`.")
        count = try fields.integer("count", default: 1, in: 1...1024, "Pictures per prompt.")
        width = try fields.side("width")
        height = try fields.side("height")
        originalSize = try fields.optionalIntegers(
            "original_size",
            count: 2,
            in: 1...65536,
            absent: "the picture's size",
            "SDXL's original size `[height, width]`; other bases do not read it."
        )
        cropTopLeft = try fields.optionalIntegers(
            "crops_coords_top_left",
            count: 2,
            in: 0...65536,
            absent: "`[0, 0]`",
            "SDXL's crop `[top, left]`; other bases do not read it."
        )
        targetSize = try fields.optionalIntegers(
            "target_size",
            count: 2,
            in: 1...65536,
            absent: "the picture's size",
            "SDXL's target size `[height, width]`; other bases do not read it."
        )
        steps = try fields.integer("steps", default: 50, in: 1...1000, "Sampler steps.")
        sampler = try fields.choice("sampler", default: .ddim, "Sampler.")
        guidanceScale = try fields.number(
            "guidance_scale",
            default: 7.5,
            in: 0...50,
            "Weight of classifier-free guidance; 1 is none."
        )
        gamma = try fields.number(
            "gamma",
            default: 1,
            in: 0...4,
            "Weight γ of the visual branch: more likeness, less freedom."
        )
        usesLocationMask = try fields.flag(
            "location_mask",
            default: true,
            "Confine each subject to the place its attention shows."
        )
        savesMasks = try fields.flag("save_masks", default: false, "Write the location masks too.")
        savesContactSheet = try fields.flag(
            "contact_sheet",
            default: true,
            "Write one sheet with the references beside the pictures."
        )
        randomStream = try fields.choice(
            "rng",
            default: .philox,
            "Where starting noise comes from."
        )
        precision = try fields.choice("precision", default: .float32, "Numbers in matrix products.")
        tiling = try fields.choice(
            "vae_tiling",
            default: .auto,
            "Decode tile by tile: where memory is short, where the picture is larger than the autoencoder's own size, or never."
        )
        pngMetadata = try fields.choice(
            "png_metadata",
            default: .full,
            "What the PNG files tell about how they were made."
        )
        try checkTogether(fields)
    }

    /// The prompt with its class nouns filled in: `{subject}`, or `{subject1}`, `{subject2}`, ….
    package func text(of prompt: String) -> String {
        var text = prompt
        for (index, subject) in subjects.enumerated() {
            text = text.replacing("{subject\(index + 1)}", with: subject.className)
        }
        return text.replacing("{subject}", with: subjects.first?.className ?? "subject")
    }

    private func checkTogether(_ fields: RequestReader) throws(RequestError) {
        let pictures = prompts.count * count
        try fields.require(
            pictures <= 1024,
            "count",
            "expected at most 1024 pictures in all, found \(pictures); make several jobs"
        )
        try fields.require(
            seed <= Seed.range.upperBound - pictures,
            "seed",
            "expected room for \(pictures) seeds, found \(seed); choose a smaller one"
        )
        try fields.require(
            adapter != nil || subjects.isEmpty || method == .textOnly,
            "adapter",
            "expected an adapter for the subjects, found none; "
                + "name one, or write \"method\": \"text_only\""
        )
        for prompt in prompts {
            for (index, subject) in subjects.enumerated() {
                try fields.require(
                    text(of: prompt).localizedContains(subject.className),
                    "subjects[\(index)].class",
                    "expected the prompt to name \"\(subject.className)\", found \"\(prompt)\"; "
                        + "write {subject\(index == 0 ? "" : "\(index + 1)")} or the noun in it"
                )
            }
        }
    }
}

extension RequestReader {
    /// `prompt`, or `prompts`: exactly one of the two.
    fileprivate func prompts() throws(RequestError) -> [String] {
        let one = try optionalText(
            "prompt",
            length: 1...2000,
            absent: "`prompts`",
            "What the pictures show; `{subject}` stands for the class noun."
        )
        let several = try texts(
            "prompts",
            count: 1...64,
            length: 1...2000,
            absent: "`prompt`",
            "Several prompts, in place of `prompt`."
        )
        try require(
            (one == nil) != several.isEmpty,
            "prompt",
            one == nil
                ? "expected a prompt, found none; write \"prompt\" or \"prompts\""
                : "expected either \"prompt\" or \"prompts\", found both; keep one"
        )
        return one.map { [$0] } ?? several
    }

    /// A side of the picture in pixels.
    fileprivate func side(_ name: String) throws(RequestError) -> Int? {
        try optionalInteger(
            name,
            in: 32...2048,
            multipleOf: 8,
            absent: "the base's own size",
            "Pixels."
        )
    }
}

extension String {
    /// Whether the text contains `other`, upper and lower case being the same.
    fileprivate func localizedContains(_ other: String) -> Bool {
        lowercased().contains(other.lowercased())
    }
}
