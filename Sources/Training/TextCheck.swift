package import CLIP
package import CustomContrast
package import Datasets

/// Reads every text of a training before its first step: nouns have to be where the subject's features go, and
/// words that do not fit are told.
package struct TextCheck {
    /// Texts and words of each that a warning names.
    private static let toldTexts = 3
    private static let toldWords = 12

    private let tokenizers: [CLIPTokenizer]
    private let placement: PlaceholderPlacement
    private var cut: [(name: String, words: [String])] = []

    /// Creates the check for a base's tokenizers, at least one.
    ///
    /// - Parameter placement: Where the nouns' placeholders will stand.
    package init(_ tokenizers: [CLIPTokenizer], placement: PlaceholderPlacement = .replace) {
        precondition(!tokenizers.isEmpty, "a base model has a tokenizer")
        self.tokenizers = tokenizers
        self.placement = placement
    }

    /// Reads one text.
    ///
    /// - Parameters:
    ///   - nouns: What has to be in it, among the words that fit.
    ///   - name: What a sentence about it calls it.
    /// - Throws: `TrainingError.unusableText`.
    package mutating func read(
        _ text: String,
        nouns: [String] = [],
        named name: String
    ) throws(TrainingError) {
        do throws(SubjectPromptError) {
            let prompt = try SubjectPrompt(
                text,
                nouns: nouns,
                placement: placement,
                tokenizers: tokenizers
            )
            if !prompt.truncatedWords.isEmpty { cut.append((name, prompt.truncatedWords)) }
        } catch {
            throw .unusableText(name: name, reason: error)
        }
    }

    /// Reads every caption of a data set, and the templates for pictures that have none.
    ///
    /// - Parameter needsNouns: Whether captions without the class noun give way to templates, and the noun
    ///   has to be among the words that fit, as an adapter's training has it.
    package mutating func readCaptions(
        of dataset: MultiViewDataset,
        needsNouns: Bool
    ) throws(TrainingError) {
        var templated: Set<String> = []
        for subject in dataset.subjects {
            let nouns = needsNouns ? [subject.className] : []
            for view in subject.views {
                let own = needsNouns ? view.caption(naming: subject.className) : view.caption
                if let own {
                    try read(own, nouns: nouns, named: "caption of \(view.image)")
                } else {
                    templated.insert(subject.className)
                }
            }
        }
        for className in templated.sorted() {
            for template in ObjectTemplates.all.indices {
                let caption = ObjectTemplates.caption(template, className: className)
                try read(
                    caption,
                    nouns: needsNouns ? [className] : [],
                    named: "caption \"\(caption)\""
                )
            }
        }
    }

    /// A sentence about all texts that were cut, with the words; `nil` where none was.
    package var warning: String? {
        guard !cut.isEmpty else { return nil }
        let told = cut.prefix(TextCheck.toldTexts).map { name, words in
            let more = words.count > TextCheck.toldWords ? " …" : ""
            return "\(name): \(words.prefix(TextCheck.toldWords).joined(separator: " "))\(more)"
        }
        let more = cut.count > TextCheck.toldTexts ? "; …" : ""
        return """
            \(cut.count) of the training's texts have more than the \(tokenizers[0].length) tokens that \
            the text encoder reads, so these words have no effect (\(told.joined(separator: "; "))\(more)); \
            shorten them.
            """
    }
}
