/// The words of the small world: each is one token of its tokenizer. Other words are spelt by their letters.
enum CaptionVocabulary {
    /// Every word a caption or a prompt of this target can have, and some that people add; sorted.
    static let words: [String] = {
        var texts = extra + WorldSampler.photoOpenings
        texts += SubjectClass.allCases.map(\.noun)
        texts += NamedColor.allCases.map(\.word)
        texts += SurfacePattern.allCases.compactMap(\.word)
        texts += ShapeEdit.allCases.compactMap(\.phrase)
        texts += Accessory.allCases.compactMap(\.phrase)
        texts += Scene.allCases.compactMap(\.phrase)
        texts += PictureStyle.allCases.map(\.phrase)
        let words = texts.flatMap { $0.split(separator: " ").map(String.init) }
        return Set(words).sorted()
    }()

    /// Words of prompts that no caption has.
    private static let extra = [
        "a", "an", "and", "the", "with", "no", "its", "it", "is", "to", "by", "from", "near",
        "small", "big",
        "large", "shiny", "wet", "new", "nice", "brown", "gray", "grey", "drawing", "painting",
        "style",
        "background", "plain", "blurry", "bad", "toy",
    ]
}
